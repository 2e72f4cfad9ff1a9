#include "gui/search/query_edit.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/two_column_delegate.h"

#include <QKeyEvent>
#include <QListWidget>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Completion;
using tracestore::CompletionKind;

namespace {

    constexpr int kMaxItems = 200;
    constexpr int kMaxRows = 12;
    constexpr int kWrittenRole = Qt::UserRole + 1; ///< behind the description

    QString descriptionOf(const Completion& completion)
    {
        if (completion.kind == CompletionKind::Value && completion.count > 0)
            return completion.count == 1
                ? QueryEdit::tr("1 step")
                : QueryEdit::tr("%1 steps").arg(formatCount(static_cast<qint64>(completion.count)));
        return toText(completion.description);
    }

} // namespace

QueryEdit::QueryEdit(Theme& theme, QWidget* parent)
    : QLineEdit(parent)
    , m_theme(theme)
{
    setObjectName(u"queryEdit"_s);
    setClearButtonEnabled(true);
    setMaxLength(20'000);
    connect(this, &QLineEdit::textEdited, this, &QueryEdit::complete);
}

QueryEdit::~QueryEdit()
{
    closePopup();
}

void QueryEdit::complete()
{
    QList<QPair<QString, QString>> items;
    if (text().trimmed().isEmpty()) {
        m_before.clear();
        m_behind.clear();
        for (const QString& query : std::as_const(m_suggestions))
            items.emplaceBack(query, tr("searched before"));
        showItems(items);
        return;
    }
    const QByteArray all = text().toUtf8();
    const auto cursor = static_cast<std::size_t>(text().left(cursorPosition()).toUtf8().size());
    const auto offered = completions(
        std::string_view(all.constData(), static_cast<std::size_t>(all.size())), cursor, m_values);
    m_before = all.left(static_cast<qsizetype>(offered.position));
    m_behind = all.mid(static_cast<qsizetype>(offered.position + offered.length));
    const QByteArray typed
        = all.mid(static_cast<qsizetype>(offered.position), static_cast<qsizetype>(offered.length));
    for (const Completion& one : offered.items) {
        // What stands there already need not be offered.
        if (items.size() < kMaxItems && one.text != typed.toStdString())
            items.emplaceBack(toText(one.text), descriptionOf(one));
    }
    showItems(items);
}

void QueryEdit::showItems(const QList<QPair<QString, QString>>& items)
{
    if (items.isEmpty()) {
        closePopup();
        return;
    }
    if (m_popup == nullptr) {
        // A window that takes no focus: typing goes on in the line.
        m_popup = new QListWidget(this);
        m_popup->setWindowFlags(Qt::ToolTip | Qt::FramelessWindowHint);
        m_popup->setFocusPolicy(Qt::NoFocus);
        m_popup->setAttribute(Qt::WA_ShowWithoutActivating);
        m_popup->setAccessibleName(tr("What can be written here"));
        m_popup->setItemDelegate(new TwoColumnDelegate(m_theme, m_popup));
        m_popup->setUniformItemSizes(true);
        m_popup->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        connect(m_popup, &QListWidget::itemClicked, this, &QueryEdit::takeItem);
    }
    m_popup->clear();
    for (const auto& [text, description] : items) {
        // A value may be long or hold signs that a list cannot show; what is written is the value.
        auto* item = new QListWidgetItem(singleLine(text.toStdString()), m_popup);
        item->setData(kWrittenRole, text);
        item->setData(Qt::UserRole, description);
    }
    const int rows = std::min(static_cast<int>(items.size()), kMaxRows);
    const int frame = 2 * m_popup->frameWidth();
    m_popup->resize(std::max(width(), 380), rows * metrics::kRowHeight + frame);
    m_popup->move(mapToGlobal(QPoint(0, height() + 1)));
    m_popup->show();
}

void QueryEdit::closePopup()
{
    if (m_popup != nullptr)
        m_popup->deleteLater();
    m_popup = nullptr;
}

void QueryEdit::takeItem()
{
    if (m_popup == nullptr)
        return;
    const QListWidgetItem* item = m_popup->currentItem();
    if (item == nullptr)
        item = m_popup->item(0);
    const QString written = item->data(kWrittenRole).toString();
    const QString before = QString::fromUtf8(m_before) + written;
    const bool isOpenEnded = written.endsWith(u'(') || written.endsWith(u'.');
    const QString gap = isOpenEnded || m_behind.startsWith(' ') ? QString() : u" "_s;
    setText(QString(before + gap + QString::fromUtf8(m_behind)));
    setCursorPosition(static_cast<int>(before.size() + gap.size()));
    closePopup();
    emit textEdited(text());
}

bool QueryEdit::isPopupKey(int key) const
{
    return m_popup != nullptr
        && (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown
            || key == Qt::Key_PageUp || key == Qt::Key_Escape || key == Qt::Key_Tab
            || ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_popup->currentRow() >= 0));
}

/// Tab would go on to the next widget, and Escape would reach the window, before the key arrives.
bool QueryEdit::event(QEvent* event)
{
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (isPopupKey(key->key())) {
            event->accept();
            if (event->type() == QEvent::KeyPress)
                keyPressEvent(key);
            return true;
        }
    }
    return QLineEdit::event(event);
}

void QueryEdit::keyPressEvent(QKeyEvent* event)
{
    if (!isPopupKey(event->key())) {
        if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier)
            return complete();
        if (event->key() == Qt::Key_Down && text().isEmpty())
            return complete();
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            closePopup();
        return QLineEdit::keyPressEvent(event);
    }
    const int row = m_popup->currentRow();
    const int count = m_popup->count();
    switch (event->key()) {
    case Qt::Key_Down:
        return m_popup->setCurrentRow((row + 1) % count);
    case Qt::Key_Up:
        return m_popup->setCurrentRow(row <= 0 ? count - 1 : row - 1);
    case Qt::Key_PageDown:
        return m_popup->setCurrentRow(std::min(row + kMaxRows, count - 1));
    case Qt::Key_PageUp:
        return m_popup->setCurrentRow(std::max(row - kMaxRows, 0));
    case Qt::Key_Escape:
        return closePopup();
    default:
        return takeItem();
    }
}

void QueryEdit::focusOutEvent(QFocusEvent* event)
{
    closePopup();
    QLineEdit::focusOutEvent(event);
}

} // namespace gui
