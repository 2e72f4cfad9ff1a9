#include "gui/app/page_stack.h"

namespace gui {

void PageStack::setOnly(QWidget* page)
{
    QWidget* before = currentWidget();
    setCurrentIndex(addWidget(page));
    if (before != nullptr) {
        removeWidget(before);
        before->hide();
        before->deleteLater();
    }
    if (isVisible())
        page->setFocus();
}

} // namespace gui
