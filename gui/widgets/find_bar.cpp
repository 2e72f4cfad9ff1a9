#include "gui/widgets/find_bar.h"

#include "gui/theme/theme.h"
#include "gui/widgets/text_viewer.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;

FindBar::FindBar(Theme& theme, TextViewer& viewer)
    : QFrame(&viewer)
    , m_viewer(viewer)
    , m_edit(new QLineEdit)
    , m_answer(new QLabel)
{
    setObjectName(u"findBar"_s);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Button);
    setFrameShape(QFrame::StyledPanel);
    m_edit->setPlaceholderText(tr("Find"));
    m_edit->setAccessibleName(tr("Find in the text"));
    m_edit->setMinimumWidth(180);
    m_answer->setTextFormat(Qt::PlainText);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kSpacing, 2, metrics::kSpacing, 2);
    row->setSpacing(2);
    row->addWidget(m_edit);
    row->addWidget(m_answer);
    const auto addButton = [&](const QString& icon, const QString& text, auto pressed) {
        auto* button = new QToolButton;
        button->setIcon(theme.icon(icon));
        button->setToolTip(text);
        button->setAccessibleName(text);
        connect(button, &QToolButton::clicked, this, pressed);
        row->addWidget(button);
    };
    addButton(u"back"_s, tr("Previous (Shift+F3)"), [this] { findNext(false); });
    addButton(u"forward"_s, tr("Next (F3)"), [this] { findNext(true); });
    addButton(u"close"_s, tr("Close (Escape)"), [this] {
        hide();
        m_viewer.setMarked({});
        m_viewer.setFocus();
    });
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_answer->clear();
        m_viewer.setMarked(text);
    });
    hide();
}

void FindBar::open(const QString& text)
{
    if (!text.isEmpty())
        m_edit->setText(text);
    m_viewer.setMarked(m_edit->text());
    show();
    raise();
    m_edit->selectAll();
    m_edit->setFocus();
}

void FindBar::findNext(bool forward)
{
    if (m_edit->text().isEmpty()) {
        open({});
        return;
    }
    const bool isFound = m_viewer.find(m_edit->text(), forward);
    m_answer->setText(isFound ? QString() : tr("not found"));
}

void FindBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        findNext(!event->modifiers().testFlag(Qt::ShiftModifier));
    } else if (event->key() == Qt::Key_Escape) {
        hide();
        m_viewer.setMarked({});
        m_viewer.setFocus();
    } else {
        QFrame::keyPressEvent(event);
    }
}

} // namespace gui
