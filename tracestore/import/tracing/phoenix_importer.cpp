#include "tracestore/import/tracing/phoenix_importer.h"

#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/tracing/flat_json.h"
#include "tracestore/import/tracing/otel_tags.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// OpenInference's lists within lists: `llm.input_messages.0.message.tool_calls.0.tool_call...`
    constexpr int kAttributeLevels = 10;

    class PhoenixDecoder : public SpanDecoder
    {
    public:
        Result<OtelSpan> span(std::string_view record, bool isPadded) override
        {
            const auto parsed = m_dom.parseObject(record, isPadded);
            if (!parsed)
                return Failure(parsed.error());
            const dom::object& root = *parsed;
            OtelSpan span;
            if (const auto context = objectAt(root, "context")) {
                span.traceId = textAt(*context, "trace_id");
                span.spanId = textAt(*context, "span_id");
                span.traceState = textAt(*context, "trace_state");
            }
            span.parentSpanId = textAt(root, "parent_id");
            span.name = textAt(root, "name");
            span.side = callSideOf(textAt(root, "kind"));
            span.start = otelTimeOfIso(textAt(root, "start_time"));
            span.end = otelTimeOfIso(textAt(root, "end_time"));
            readStatus(root, span);
            span.attributes = attributesOf(root);
            addSpanKind(root, span);
            readEvents(root, span);
            readLinks(root, span);
            if (const auto resource = objectAt(root, "resource"))
                span.resource = attributesOf(*resource);
            if (const auto scope = objectAt(root, "instrumentation_scope")) {
                span.scopeName = textAt(*scope, "name");
                span.scopeVersion = textAt(*scope, "version");
            }
            return span;
        }

        [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    private:
        static void readStatus(const dom::object& root, OtelSpan& span)
        {
            span.status = otelStatusOf(textAt(root, "status_code"));
            span.statusMessage = textAt(root, "status_message");
            if (const auto status = objectAt(root, "status")) {
                span.status = otelStatusOf(textAt(*status, "status_code"));
                span.statusMessage = textAt(*status, "description");
            }
        }

        /// Attributes come flat, or as the tree that their names make.
        Attributes attributesOf(const dom::object& owner)
        {
            Attributes attributes;
            const auto map = objectAt(owner, "attributes");
            if (!map)
                return attributes;
            for (const auto [key, value] : *map) {
                // What a program says of itself is an object of its own, not a name in parts.
                const bool isTree = key.find('.') == std::string_view::npos && key != "metadata";
                const FlatJson flat {.dom = m_dom,
                                     .to = attributes,
                                     .levels = isTree ? kAttributeLevels : 0,
                                     .withLists = true};
                flat.add(key, value);
            }
            return attributes;
        }

        /// Phoenix says beside the attributes what the span is, also where they do not.
        static void addSpanKind(const dom::object& root, OtelSpan& span)
        {
            constexpr std::string_view kKind = "openinference.span.kind";
            const std::string_view kind = textAt(root, "span_kind");
            if (!kind.empty() && findAttribute(span.attributes, kKind) == nullptr)
                span.attributes.emplace_back(kKind, AttributeValue::ofText(kind));
        }

        void readEvents(const dom::object& root, OtelSpan& span)
        {
            const auto events = arrayAt(root, "events");
            if (!events)
                return;
            for (const dom::element one : *events) {
                dom::object event;
                if (one.get(event) == simdjson::SUCCESS)
                    span.events.push_back({.name = textAt(event, "name"),
                                           .time = otelTimeOfIso(textAt(event, "timestamp")).time,
                                           .attributes = attributesOf(event)});
            }
        }

        void readLinks(const dom::object& root, OtelSpan& span)
        {
            const auto links = arrayAt(root, "links");
            if (!links)
                return;
            for (const dom::element one : *links) {
                dom::object link;
                if (one.get(link) != simdjson::SUCCESS)
                    continue;
                if (const auto context = objectAt(link, "context"))
                    span.links.push_back({textAt(*context, "trace_id"),
                                          textAt(*context, "span_id"),
                                          attributesOf(link)});
            }
        }

        JsonDom m_dom;
    };

    std::unique_ptr<SpanDecoder> newPhoenixDecoder()
    {
        return std::make_unique<PhoenixDecoder>();
    }

} // namespace

bool PhoenixImporter::sniff(const Sample& sample) const
{
    const auto isSpan = [](const std::vector<std::string_view>& keys) {
        const auto has
            = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
        return has("context") && has("name")
            && (has("span_kind") || (has("kind") && has("start_time")));
    };
    return isSpan(firstKeysOf(sample.head)) || isSpan(firstKeysOf(sample.head, {"data"}));
}

Result<std::shared_ptr<const PayloadSource>>
PhoenixImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readSpanList(files, newPhoenixDecoder, builder, job);
}

} // namespace tracestore
