#include "gui/context/session_context.h"
#include "gui/inspector/data_page.h"
#include "gui/inspector/inspector_view.h"
#include "gui/inspector/message_list.h"
#include "gui/messages/part_origins.h"
#include "gui/models/json_tree_model.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_viewer.h"

#include <algorithm>
#include <utility>

// "Where did this come from?" of what the inspector shows.

namespace gui {

using tracestore::ContentPlace;
using tracestore::OriginQuery;
using tracestore::SpanId;
using tracestore::TextPlaceKind;

OriginQuery InspectorView::originOf(const DataPage& page, TextPlaceKind kind) const
{
    OriginQuery query {.span = m_span, .place = {kind}};
    const JsonTreeView& tree = page.tree();
    if (page.shownMode() != DataPage::Mode::Tree)
        query.text = soughtIn(page.viewer());
    else if (tree.currentIndex().isValid())
        query.text = tree.model().valueText(tree.currentIndex()).toStdString();
    return query;
}

OriginQuery InspectorView::originOf(const MessageList& list, std::size_t row) const
{
    if (row >= list.blockCount())
        return {};
    const BlockPtr block = list.blockAt(row);
    if (block->sections.empty())
        return {};
    return gui::originOf(m_span, block->sections.front().whole);
}

/// The tab that shows the place, and the stretch in it.
void InspectorView::showWantedPlace()
{
    if (m_wanted.span != m_span || !m_span.isValid() || m_detail == nullptr)
        return;
    const WantedPlace wanted = std::exchange(m_wanted, {});
    switch (wanted.place.kind) {
    case TextPlaceKind::Arguments:
        setCurrentTab(Tab::Arguments);
        return showStretch(*m_arguments, wanted.stretch);
    case TextPlaceKind::Result:
        setCurrentTab(Tab::Result);
        return showStretch(*m_result, wanted.stretch);
    case TextPlaceKind::Input:
        setCurrentTab(Tab::Input);
        return showMessage(*m_input, wanted.place);
    case TextPlaceKind::Output:
        setCurrentTab(Tab::Output);
        return showMessage(*m_output, wanted.place);
    default:
        return;
    }
}

void InspectorView::showStretch(DataPage& page, const QString& stretch)
{
    page.setMode(DataPage::Mode::Text);
    if (page.viewer().find(stretch))
        return;
    // Long texts are read on another thread and come later.
    const auto find = [&page, stretch] { page.viewer().find(stretch); };
    connect(&page, &DataPage::textShown, &page.viewer(), find, Qt::SingleShotConnection);
}

void InspectorView::showMessage(MessageList& list, const ContentPlace& place)
{
    const auto rowOf = [&] {
        std::size_t row = 0;
        const auto isThere = [&](const BlockSection& section) {
            return section.whole.message == place.message && section.whole.part == place.part;
        };
        while (row < list.blockCount()
               && !std::ranges::any_of(list.blockAt(row)->sections, isThere))
            ++row;
        return row;
    };
    // It may be among the earlier messages, which are folded into the first row.
    if (rowOf() == list.blockCount() && list.blockCount() > 0 && list.isFolded(0))
        list.toggle(0);
    if (const std::size_t row = rowOf(); row < list.blockCount())
        list.setCurrentRow(row);
}

void InspectorView::offerOrigins()
{
    OriginMarks& origins = m_context.origins();
    connect(&origins,
            &OriginMarks::placeWanted,
            this,
            [this](SpanId span, const ContentPlace& place, const QString& stretch) {
                m_wanted = {span, place, stretch};
                showWantedPlace();
            });
    const auto ofPage = [this, &origins](DataPage& page, TextPlaceKind kind) {
        const auto current = [this, &page, kind] { return originOf(page, kind); };
        const auto fill = [&origins, current](QMenu* menu) { origins.fillMenu(*menu, current()); };
        connect(&page.viewer(), &TextViewer::menuOpened, this, fill);
        connect(&page.tree(), &JsonTreeView::menuOpened, this, fill);
        origins.addKeys(page, current);
    };
    ofPage(*m_arguments, TextPlaceKind::Arguments);
    ofPage(*m_result, TextPlaceKind::Result);
    for (MessageList* list : {m_input, m_output}) {
        connect(list, &BlockListView::menuOpened, this, [=, this](QMenu* menu, std::size_t row) {
            m_context.origins().fillMenu(*menu, originOf(*list, row));
        });
        origins.addKeys(*list, [this, list] { return originOf(*list, list->currentRow()); });
    }
}

} // namespace gui
