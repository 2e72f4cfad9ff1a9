#include "gui/widgets/json_tree_view.h"

#include "gui/models/json_tree_model.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QStyledItemDelegate>

#include <deque>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    class JsonDelegate : public QStyledItemDelegate
    {
    public:
        JsonDelegate(Theme& theme, QObject* parent)
            : QStyledItemDelegate(parent)
            , m_theme(theme)
        { }

        QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
        {
            constexpr qsizetype kMaxMeasured = 100;
            constexpr int kPadding = 12;
            if (index.column() != JsonTreeModel::KeyColumn)
                return {100, metrics::kRowHeight};
            const QString key = index.data().toString().left(kMaxMeasured);
            return {QFontMetrics(m_theme.codeFont()).horizontalAdvance(key) + kPadding,
                    metrics::kRowHeight};
        }

    protected:
        void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
        {
            QStyledItemDelegate::initStyleOption(option, index);
            option->font = m_theme.codeFont();
            option->fontMetrics = QFontMetrics(option->font);
            const QColor color = m_theme.color(role(index));
            option->palette.setColor(QPalette::Text, color);
            option->palette.setColor(QPalette::HighlightedText, color);
        }

    private:
        static ColorRole role(const QModelIndex& index)
        {
            if (index.data(JsonTreeModel::IsMoreRole).toBool())
                return ColorRole::Link;
            if (index.column() == JsonTreeModel::KeyColumn)
                return ColorRole::JsonKey;
            switch (static_cast<JsonType>(index.data(JsonTreeModel::TypeRole).toInt())) {
            case JsonType::String:
                return ColorRole::JsonString;
            case JsonType::Number:
                return ColorRole::JsonNumber;
            case JsonType::Keyword:
                return ColorRole::JsonKeyword;
            default:
                return ColorRole::TextDim;
            }
        }

        Theme& m_theme;
    };

} // namespace

JsonTreeView::JsonTreeView(Theme& theme, QWidget* parent)
    : QTreeView(parent)
    , m_model(new JsonTreeModel(this))
{
    setAccessibleName(tr("JSON"));
    setModel(m_model);
    setItemDelegate(new JsonDelegate(theme, this));
    setUniformRowHeights(true);
    setIndentation(14);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    header()->setStretchLastSection(true);
    header()->setSectionResizeMode(JsonTreeModel::KeyColumn, QHeaderView::Interactive);
    connect(header(), &QHeaderView::sectionResized, this, [this](int section) {
        if (section == JsonTreeModel::KeyColumn && !m_isFitting)
            m_isKeyWidthChosen = true;
    });
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(this, &QTreeView::activated, this, [this](const QModelIndex& index) {
        m_model->loadMore(index.siblingAtColumn(0));
    });
    const auto add
        = [&](const QString& icon, const QString& text, const QKeySequence& key, auto slot) {
              auto* action = new QAction(theme.icon(icon), text, this);
              action->setShortcut(key);
              action->setShortcutContext(Qt::WidgetShortcut);
              connect(action, &QAction::triggered, this, slot);
              addAction(action);
          };
    add(u"copy"_s, tr("Copy value"), QKeySequence::Copy, &JsonTreeView::copyValue);
    add({}, tr("Copy as JSON"), Qt::CTRL | Qt::ALT | Qt::Key_C, &JsonTreeView::copyJson);
    add({}, tr("Copy path"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, &JsonTreeView::copyPath);
    add(u"expand-all"_s, tr("Expand all below"), Qt::Key_Asterisk, &JsonTreeView::expandBelow);
    add(u"collapse-all"_s, tr("Collapse all"), Qt::CTRL | Qt::Key_Left, &QTreeView::collapseAll);
}

void JsonTreeView::setDocument(JsonDocumentPtr document)
{
    constexpr int kSeenAtOnce = 40;
    m_model->setDocument(std::move(document));
    expandUpTo({}, kSeenAtOnce);
    fitKeys();
}

void JsonTreeView::fitKeys()
{
    constexpr int kMinWidth = 80;
    if (m_isKeyWidthChosen)
        return;
    m_isFitting = true;
    const int most = std::max(kMinWidth, viewport()->width() * 45 / 100);
    header()->resizeSection(
        JsonTreeModel::KeyColumn,
        std::clamp(sizeHintForColumn(JsonTreeModel::KeyColumn), kMinWidth, most));
    m_isFitting = false;
}

void JsonTreeView::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    fitKeys();
}

void JsonTreeView::copyValue() const
{
    QGuiApplication::clipboard()->setText(m_model->valueText(currentIndex()));
}

void JsonTreeView::copyJson() const
{
    QGuiApplication::clipboard()->setText(m_model->json(currentIndex()));
}

void JsonTreeView::copyPath() const
{
    QGuiApplication::clipboard()->setText(m_model->path(currentIndex()));
}

void JsonTreeView::expandBelow()
{
    expandUpTo(currentIndex().siblingAtColumn(0), kMaxExpanded);
}

bool JsonTreeView::expandUpTo(const QModelIndex& top, int rows)
{
    // Breadth first: where it stops, every branch is open equally far.
    std::deque<QModelIndex> waiting {top};
    int opened = 0;
    while (!waiting.empty()) {
        const QModelIndex index = waiting.front();
        waiting.pop_front();
        if (m_model->canFetchMore(index))
            m_model->fetchMore(index);
        const int count = m_model->rowCount(index);
        if (opened + count > rows)
            return false;
        opened += count;
        if (count > 0 && index.isValid())
            expand(index);
        for (int row = 0; row < count; ++row) {
            const QModelIndex child = m_model->index(row, 0, index);
            const bool isInString
                = child.data(JsonTreeModel::TypeRole).toInt() == static_cast<int>(JsonType::String);
            if (m_model->hasChildren(child) && !isInString)
                waiting.push_back(child);
        }
    }
    return true;
}

void JsonTreeView::keyPressEvent(QKeyEvent* event)
{
    // The tree's own answer to * has no limit and recurses.
    if (event->key() == Qt::Key_Asterisk)
        expandBelow();
    else
        QTreeView::keyPressEvent(event);
}

void JsonTreeView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    if (currentIndex().isValid())
        emit menuOpened(menu, m_model->path(currentIndex()));
    menu->popup(event->globalPos());
}

} // namespace gui
