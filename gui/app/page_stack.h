#pragma once

#include <QStackedWidget>

namespace gui {

/// A tab that shows one page after another: waiting, what came of it, why nothing did.
class PageStack : public QStackedWidget
{
    Q_OBJECT

public:
    using QStackedWidget::QStackedWidget;

protected:
    /// Shows a page in place of the one before. That one may be the sender of the signal that led
    /// here.
    void setOnly(QWidget* page);
};

} // namespace gui
