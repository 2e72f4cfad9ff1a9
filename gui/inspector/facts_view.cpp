#include "gui/inspector/facts_view.h"

#include "gui/widgets/difference_look.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kBarHeight = 6;
    constexpr int kPad = 3;
    constexpr int kLabelIndent = 5;
    constexpr int kMinLabelWidth = 96;
    constexpr int kMaxLabelWidth = 172;

    /// Labels take a share of a narrow view, and wrap, so that values have room.
    int labelWidth(int viewWidth)
    {
        return std::clamp(viewWidth * 36 / 100, kMinLabelWidth, kMaxLabelWidth);
    }

    QTextOption wrapped()
    {
        QTextOption option(Qt::AlignLeft | Qt::AlignTop);
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        return option;
    }

    /// Lays a text out at a width; how high it is.
    qreal layOutWrapped(QTextLayout& layout, int width)
    {
        layout.setTextOption(wrapped());
        layout.beginLayout();
        qreal height = 0;
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(width);
            line.setPosition({0, height});
            height += line.height();
        }
        layout.endLayout();
        return height;
    }

    int wrappedHeight(QString text, const QFont& font, int width)
    {
        QTextLayout layout(text.replace(u'\n', QChar::LineSeparator), font);
        return static_cast<int>(std::ceil(layOutWrapped(layout, width)));
    }

    void paintWrapped(QPainter& painter,
                      QPointF place,
                      QString text,
                      const QFont& font,
                      int width,
                      const QList<QTextLayout::FormatRange>& formats)
    {
        QTextLayout layout(text.replace(u'\n', QChar::LineSeparator), font);
        layout.setFormats(formats);
        layOutWrapped(layout, width);
        layout.draw(&painter, place);
    }

    class FactDelegate : public QStyledItemDelegate
    {
    public:
        FactDelegate(Theme& theme, const FactsView& view)
            : QStyledItemDelegate(const_cast<FactsView*>(&view))
            , m_theme(theme)
            , m_view(view)
        { }

        QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
        {
            const Fact* fact = m_view.model().fact(index);
            if (fact == nullptr)
                return {10, metrics::kRowHeight + metrics::kMargin};
            if (index.column() == FactsModel::LabelColumn && !fact->isWide)
                return {10,
                        std::max(metrics::kRowHeight,
                                 wrappedHeight(fact->label, m_theme.smallFont(), labelRoom())
                                     + 2 * kPad)};
            if (fact->isWide)
                return {10, wrappedHeight(fact->value, font(*fact), wideRoom()) + 4 * kPad};
            const int width = std::max(20, m_view.columnWidth(FactsModel::ValueColumn) - 2 * kPad);
            const int text = wrappedHeight(fact->value, font(*fact), width);
            const int bar = fact->bar.empty() ? 0 : kBarHeight + kPad;
            return {10, std::max(metrics::kRowHeight, text + 2 * kPad) + bar};
        }

        void paint(QPainter* painter,
                   const QStyleOptionViewItem& option,
                   const QModelIndex& index) const override
        {
            const Fact* fact = m_view.model().fact(index);
            if (fact == nullptr) {
                paintHeading(*painter, option.rect, index);
                return;
            }
            if (option.state.testFlag(QStyle::State_Selected))
                painter->fillRect(option.rect,
                                  m_theme.color(option.state.testFlag(QStyle::State_Active)
                                                    ? ColorRole::Selection
                                                    : ColorRole::SelectionInactive));
            if (fact->isWide) {
                paintWide(*painter, option.rect, *fact);
                return;
            }
            const QRect rect = option.rect.adjusted(kPad, kPad, -kPad, 0);
            if (index.column() == FactsModel::LabelColumn) {
                painter->setFont(m_theme.smallFont());
                painter->setPen(m_theme.color(ColorRole::TextDim));
                painter->drawText(
                    QRectF(rect.left() + kLabelIndent, rect.top(), labelRoom(), rect.height()),
                    fact->label,
                    wrapped());
                return;
            }
            painter->setFont(font(*fact));
            painter->setPen(m_theme.color(color(*fact)));
            painter->drawText(QRectF(rect), fact->value, wrapped());
            paintBar(*painter, option.rect, *fact);
        }

    private:
        [[nodiscard]] const QFont& font(const Fact& fact) const
        {
            return fact.isCode ? m_theme.codeFont() : m_theme.textFont();
        }

        static ColorRole color(const Fact& fact)
        {
            if (fact.link.isValid())
                return ColorRole::Link;
            switch (fact.tone) {
            case Fact::Tone::Dim:
                return ColorRole::TextDim;
            case Fact::Tone::Good:
                return ColorRole::Ok;
            case Fact::Tone::Bad:
                return ColorRole::Error;
            case Fact::Tone::Doubtful:
                return ColorRole::Warning;
            case Fact::Tone::Normal:
                break;
            }
            return ColorRole::Text;
        }

        [[nodiscard]] int labelRoom() const
        {
            return m_view.columnWidth(FactsModel::LabelColumn) - 2 * kPad - 2 * kLabelIndent;
        }

        [[nodiscard]] int wideRoom() const
        {
            return std::max(20, m_view.viewport()->width() - 2 * (2 * kPad + kLabelIndent));
        }

        /// The row is spanned: its first column has the whole width.
        void paintWide(QPainter& painter, QRect rect, const Fact& fact) const
        {
            const QRect box = rect.adjusted(kPad + kLabelIndent, kPad, -kPad - kLabelIndent, -kPad);
            if (fact.isCode)
                painter.fillRect(box.adjusted(-kPad, 0, kPad, 0),
                                 m_theme.color(ColorRole::CodeBackground));
            painter.setPen(m_theme.color(color(fact)));
            paintWrapped(painter,
                         QPointF(box.left(), box.top() + kPad),
                         fact.value,
                         font(fact),
                         wideRoom(),
                         differenceLook(fact.difference, m_theme).formats);
        }

        void paintHeading(QPainter& painter, QRect rect, const QModelIndex& index) const
        {
            if (index.column() != FactsModel::LabelColumn)
                return;
            QFont bold = m_theme.smallFont();
            bold.setWeight(QFont::DemiBold);
            painter.setFont(bold);
            painter.setPen(m_theme.color(ColorRole::TextDim));
            painter.drawText(rect.adjusted(kPad + 5, metrics::kMargin, 0, 0),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             index.data().toString());
        }

        void paintBar(QPainter& painter, QRect rect, const Fact& fact) const
        {
            double total = 0;
            for (const Fact::Share& share : fact.bar)
                total += share.size;
            if (total <= 0)
                return;
            const double width = std::min(rect.width() - 2 * kPad, 260);
            double x = rect.left() + kPad;
            for (const Fact::Share& share : fact.bar) {
                const double part = width * share.size / total;
                painter.fillRect(
                    QRectF(x, rect.bottom() - kBarHeight - 1, std::max(1.0, part - 1), kBarHeight),
                    m_theme.color(share.color));
                x += part;
            }
        }

        Theme& m_theme;
        const FactsView& m_view;
    };

} // namespace

FactsView::FactsView(Theme& theme, QWidget* parent)
    : QTreeView(parent)
    , m_model(new FactsModel(this))
{
    setAccessibleName(tr("Facts"));
    setModel(m_model);
    setItemDelegate(new FactDelegate(theme, *this));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setIndentation(0);
    setHeaderHidden(true);
    setFrameShape(NoFrame);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    header()->setMinimumSectionSize(40);
    header()->resizeSection(FactsModel::LabelColumn, kMaxLabelWidth);
    header()->setStretchLastSection(false);
    connect(&theme, &Theme::changed, this, [this] { scheduleDelayedItemsLayout(); });
    connect(this, &QTreeView::activated, this, [this](const QModelIndex& index) {
        const Fact* fact = m_model->fact(index);
        if (fact != nullptr && fact->link.isValid())
            emit linkActivated(fact->link);
    });
    auto* copy = new QAction(theme.icon(u"copy"_s), tr("Copy value"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &FactsView::copyValue);
    auto* json = new QAction(tr("Copy all as JSON"), this);
    json->setShortcut(Qt::CTRL | Qt::ALT | Qt::Key_C);
    json->setShortcutContext(Qt::WidgetShortcut);
    connect(json, &QAction::triggered, this, &FactsView::copyJson);
    addActions({copy, json});
}

void FactsView::setFacts(std::vector<Fact> facts)
{
    m_model->setFacts(std::move(facts));
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const Fact* fact = m_model->fact(m_model->index(row, FactsModel::LabelColumn));
        if (fact != nullptr && fact->isWide)
            setFirstColumnSpanned(row, {}, true);
    }
}

void FactsView::copyValue() const
{
    if (const Fact* fact = m_model->fact(currentIndex()))
        QGuiApplication::clipboard()->setText(fact->value);
}

void FactsView::copyJson() const
{
    QGuiApplication::clipboard()->setText(m_model->toJson());
}

void FactsView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

void FactsView::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    // A hidden header does not hear that the view has become narrower, and would stretch its last
    // section to the width of before: values would be cut off.
    const int width = viewport()->width();
    header()->resizeSection(FactsModel::LabelColumn, labelWidth(width));
    header()->resizeSection(FactsModel::ValueColumn, width - labelWidth(width));
    // Rows are as high as their text at this width.
    scheduleDelayedItemsLayout();
}

void FactsView::mouseReleaseEvent(QMouseEvent* event)
{
    QTreeView::mouseReleaseEvent(event);
    const QModelIndex index = indexAt(event->pos());
    const Fact* fact = m_model->fact(index);
    if (event->button() == Qt::LeftButton && fact != nullptr && fact->link.isValid()
        && index.column() == FactsModel::ValueColumn)
        emit linkActivated(fact->link);
}

void FactsView::mouseMoveEvent(QMouseEvent* event)
{
    QTreeView::mouseMoveEvent(event);
    const QModelIndex index = indexAt(event->pos());
    const Fact* fact = m_model->fact(index);
    const bool isLink
        = fact != nullptr && fact->link.isValid() && index.column() == FactsModel::ValueColumn;
    viewport()->setCursor(isLink ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

} // namespace gui
