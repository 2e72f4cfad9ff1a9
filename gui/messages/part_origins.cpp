#include "gui/messages/part_origins.h"

#include "gui/context/session_context.h"
#include "gui/widgets/text_viewer.h"
#include "tracestore/provenance/word_reader.h"
#include "tracestore/query/json_unescape.h"

#include <QRegularExpression>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::ContentPlace;
using tracestore::OriginQuery;
using tracestore::TextPlaceKind;

ContentPlace placeOf(const PartRef& part)
{
    switch (part.where) {
    case PartRef::Where::Input:
        return {TextPlaceKind::Input, part.message, part.part};
    case PartRef::Where::Output:
        return {TextPlaceKind::Output, part.message, part.part};
    case PartRef::Where::Arguments:
        return {TextPlaceKind::Arguments};
    case PartRef::Where::Result:
        return {TextPlaceKind::Result};
    case PartRef::Where::None:
    case PartRef::Where::Stack:
        break;
    }
    return {};
}

OriginQuery originOf(tracestore::SpanId span, const PartRef& part)
{
    const ContentPlace place = placeOf(part);
    if (place.kind == TextPlaceKind::Other)
        return {};
    return {.span = span, .place = place};
}

std::string soughtIn(const TextViewer& viewer)
{
    const QString text = viewer.selectedText();
    // Nobody asks where the key came from.
    static const QRegularExpression member(u"^\\s*\"[^\"\\n]*\"\\s*:\\s*([^\\n]+?),?\\s*$"_s);
    const auto found = member.match(text);
    const std::string sought = (found.hasMatch() ? found.captured(1) : text).toStdString();
    // JSON is shown with its escapes; those whom one asks know texts.
    const bool isJson
        = tracestore::formOf(viewer.text().left(100).toStdString()) == tracestore::TextForm::Json;
    return isJson ? tracestore::plainJson(sought, 1) : sought;
}

void offerOrigins(QWidget& window, SessionContext& context, const OriginQuery& query)
{
    auto* viewer = window.findChild<TextViewer*>();
    if (viewer == nullptr || !query.span.isValid())
        return;
    const auto current = [viewer, query] {
        OriginQuery asked = query;
        asked.text = soughtIn(*viewer);
        return asked;
    };
    OriginMarks& origins = context.origins();
    QObject::connect(viewer, &TextViewer::menuOpened, &origins, [&origins, current](QMenu* menu) {
        origins.fillMenu(*menu, current());
    });
    origins.addKeys(window, current);
}

} // namespace gui
