#include "gui/app/quick_pick.h"

#include "gui/theme/theme.h"
#include "gui/widgets/two_column_delegate.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

QuickPick::QuickPick(Theme& theme, const QString& placeholder, Source source, QWidget* window)
    : QDialog(window, Qt::Popup | Qt::FramelessWindowHint)
    , m_theme(theme)
    , m_source(std::move(source))
    , m_edit(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_nothing(new QLabel(tr("Nothing fits."), this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(placeholder);
    m_edit->setPlaceholderText(placeholder);
    m_edit->setAccessibleName(placeholder);
    m_edit->installEventFilter(this);
    m_list->setItemDelegate(new TwoColumnDelegate(theme, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("What fits"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(
        metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    column->addWidget(m_edit);
    column->addWidget(m_nothing);
    column->addWidget(m_list);
    connect(m_edit, &QLineEdit::textChanged, this, &QuickPick::fill);
    connect(m_list, &QListWidget::itemClicked, this, &QuickPick::pick);
    fill();
    const int width = std::clamp(window->width() * 6 / 10, 380, 720);
    resize(width, std::clamp(window->height() * 5 / 10, 200, 460));
    move(window->mapToGlobal(QPoint((window->width() - width) / 2, metrics::kToolBarHeight + 30)));
    m_edit->setFocus();
}

bool QuickPick::fits(const QString& text, const QString& typed)
{
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(
        words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

void QuickPick::fill()
{
    m_items = m_source(m_edit->text().trimmed());
    m_list->clear();
    const bool hasIcons
        = std::ranges::any_of(m_items, [](const auto& item) { return !item.icon.isNull(); });
    // Texts stand in one line below one another, with an icon or without.
    QPixmap blank(metrics::kIconSize, metrics::kIconSize);
    blank.fill(Qt::transparent);
    for (const QuickPickItem& item : std::as_const(m_items)) {
        const QIcon icon = hasIcons && item.icon.isNull() ? QIcon(blank) : item.icon;
        auto* row = new QListWidgetItem(icon, item.text, m_list);
        row->setData(Qt::UserRole, item.whyNot.isEmpty() ? item.description : item.whyNot);
        if (!item.whyNot.isEmpty())
            row->setFlags(Qt::NoItemFlags);
    }
    m_nothing->setVisible(m_items.isEmpty());
    m_list->setCurrentRow(0);
}

void QuickPick::pick()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= m_items.size() || !m_items[row].whyNot.isEmpty())
        return;
    // What is picked may open a dialog, which is not to stand behind this one.
    const auto order = m_items[row].pick;
    close();
    order();
}

void QuickPick::paintEvent(QPaintEvent* event)
{
    QDialog::paintEvent(event);
    QPainter painter(this);
    painter.setPen(m_theme.color(ColorRole::TextFaint));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

/// The line keeps the keyboard; keys that walk belong to the list.
bool QuickPick::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const int rows = m_list->count();
    const int row = m_list->currentRow();
    switch (key->key()) {
    case Qt::Key_Down:
        m_list->setCurrentRow(rows == 0 ? -1 : (row + 1) % rows);
        return true;
    case Qt::Key_Up:
        m_list->setCurrentRow(row <= 0 ? rows - 1 : row - 1);
        return true;
    case Qt::Key_PageDown:
        m_list->setCurrentRow(std::min(row + 10, rows - 1));
        return true;
    case Qt::Key_PageUp:
        m_list->setCurrentRow(std::max(row - 10, 0));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        pick();
        return true;
    default:
        return false;
    }
}

} // namespace gui
