#include "gui/context/session_context.h"
#include "gui/inspector/attributes_page.h"
#include "gui/inspector/data_page.h"
#include "gui/inspector/inspector_view.h"
#include "gui/inspector/message_list.h"
#include "gui/widgets/json_tree_view.h"
#include "gui/widgets/text_viewer.h"

#include <QMenu>

// "Break when this changes" in the menus of what the inspector shows.

namespace gui {

using namespace Qt::StringLiterals;

/// A path of the tree as conditions have it: `$.a[3]["b c"]` of `args` is `args.a[3]."b c"`.
QString fieldOf(const QString& root, const QString& path)
{
    // A text that holds JSON is looked into by conditions without a word.
    QString steps = QString(path).remove(u" (as JSON) $"_s).mid(1);
    for (qsizetype at = steps.indexOf(u"[\""_s); at >= 0; at = steps.indexOf(u"[\""_s, at)) {
        qsizetype end = at + 2;
        while (end < steps.size() && steps[end] != u'"')
            end += steps[end] == u'\\' ? 2 : 1;
        if (end + 1 >= steps.size())
            break;
        steps.remove(end + 1, 1);
        steps.replace(at, 1, u"."_s);
        at = end;
    }
    return root + steps;
}

void InspectorView::offerBreakpoints()
{
    const auto offer = [this](QMenu* menu, const QString& field) {
        m_context.breakpoints().fillMenu(*menu, m_span, field);
    };
    const auto ofTree = [this, offer](const JsonTreeView& tree, const QString& root) {
        connect(&tree, &JsonTreeView::menuOpened, this, [=](QMenu* menu, const QString& path) {
            offer(menu, fieldOf(root, path));
        });
    };
    const auto ofPage = [this, offer, ofTree](const DataPage& page, const QString& root) {
        ofTree(page.tree(), root);
        connect(
            &page.viewer(), &TextViewer::menuOpened, this, [=](QMenu* menu) { offer(menu, root); });
    };
    const auto ofList = [this, offer](const MessageList* list) {
        connect(list, &BlockListView::menuOpened, this, [=](QMenu* menu, std::size_t row) {
            const BlockPtr block = list->blockAt(row);
            if (block->sections.empty())
                return;
            const PartRef& part = block->sections.front().whole;
            const bool isInput = part.where == PartRef::Where::Input;
            if (isInput || part.where == PartRef::Where::Output)
                offer(menu,
                      (isInput ? u"input[%1].text"_s : u"output[%1].text"_s).arg(part.message));
        });
    };
    ofPage(*m_arguments, u"args"_s);
    ofPage(*m_result, u"result"_s);
    ofTree(m_attributes->tree(), u"attr"_s);
    ofList(m_input);
    ofList(m_output);
}

} // namespace gui
