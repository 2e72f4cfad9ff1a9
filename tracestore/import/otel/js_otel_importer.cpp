#include "tracestore/import/otel/js_otel_importer.h"

#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/reading/json_dom.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::int64_t kNsPerSecond = 1'000'000'000;

    /// `[seconds, nanoseconds]`.
    OtelTime pairTimeOf(const dom::element& owner, std::string_view name)
    {
        const auto member = memberOf(owner, name);
        dom::array pair;
        if (!member || member->get_array().get(pair) != simdjson::SUCCESS || pair.size() != 2)
            return {};
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        if (pair.at(0).get_int64().get(seconds) != simdjson::SUCCESS
            || pair.at(1).get_int64().get(nanoseconds) != simdjson::SUCCESS || seconds < 0
            || seconds > kNsPerSecond * 9 || nanoseconds < 0 || nanoseconds >= kNsPerSecond)
            return {.isAbsurd = true};
        return otelTimeOf(AttributeValue::ofInteger(seconds * kNsPerSecond + nanoseconds));
    }

    /// The numbers of the SDK's API, which are not those of OTLP.
    CallSide sideOf(const dom::element& root)
    {
        const auto member = memberOf(root, "kind");
        std::int64_t kind = -1;
        if (!member || member->get_int64().get(kind) != simdjson::SUCCESS || kind < 0 || kind > 4)
            return CallSide::Unspecified;
        return static_cast<CallSide>(kind + 1);
    }

    class JsOtelDecoder : public SpanDecoder
    {
    public:
        Result<OtelSpan> span(std::string_view json, bool isPadded) override
        {
            const auto parsed = m_dom.parse(json, isPadded);
            if (!parsed)
                return Failure(parsed.error());
            const dom::element& root = *parsed;
            if (!root.is_object())
                return fail(ErrorCode::Invalid, "It is not a JSON object.");
            OtelSpan span;
            readIds(root, span);
            span.name = textMemberOf(root, "name");
            span.side = sideOf(root);
            span.start = pairTimeOf(root, "startTime");
            span.end = pairTimeOf(root, "endTime");
            readStatus(root, span);
            span.attributes = attributesOf(root);
            readEvents(root, span);
            readLinks(root, span);
            if (const auto scope
                = memberOf(root, "instrumentationScope", "instrumentationLibrary")) {
                span.scopeName = textMemberOf(*scope, "name");
                span.scopeVersion = textMemberOf(*scope, "version");
            }
            if (const auto resource = memberOf(root, "resource"))
                span.resource = attributesOf(*resource);
            return span;
        }

        [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    private:
        static void readIds(const dom::element& root, OtelSpan& span)
        {
            if (const auto context = memberOf(root, "spanContext", "_spanContext")) {
                span.traceId = textMemberOf(*context, "traceId");
                span.spanId = textMemberOf(*context, "spanId");
                span.traceState = textMemberOf(*context, "traceState");
            }
            span.parentSpanId = textMemberOf(root, "parentSpanId");
            if (const auto parent = memberOf(root, "parentSpanContext");
                parent && span.parentSpanId.empty())
                span.parentSpanId = textMemberOf(*parent, "spanId");
        }

        static void readStatus(const dom::element& root, OtelSpan& span)
        {
            const auto status = memberOf(root, "status");
            if (!status)
                return;
            const auto code = memberOf(*status, "code");
            std::int64_t number = 0;
            if (code && code->get_int64().get(number) == simdjson::SUCCESS && number >= 0
                && number <= 2)
                span.status = static_cast<OtelStatus>(number);
            span.statusMessage = textMemberOf(*status, "message");
        }

        Attributes attributesOf(const dom::element& owner)
        {
            Attributes attributes;
            const auto member = memberOf(owner, "attributes", "_attributes");
            dom::object map;
            if (!member || member->get_object().get(map) != simdjson::SUCCESS)
                return attributes;
            for (const auto field : map)
                attributes.emplace_back(field.key, m_dom.valueOf(field.value));
            return attributes;
        }

        void readEvents(const dom::element& root, OtelSpan& span)
        {
            const auto member = memberOf(root, "events");
            dom::array events;
            if (!member || member->get_array().get(events) != simdjson::SUCCESS)
                return;
            for (const dom::element event : events)
                span.events.push_back({.name = textMemberOf(event, "name"),
                                       .time = pairTimeOf(event, "time").time,
                                       .attributes = attributesOf(event)});
        }

        void readLinks(const dom::element& root, OtelSpan& span)
        {
            const auto member = memberOf(root, "links");
            dom::array links;
            if (!member || member->get_array().get(links) != simdjson::SUCCESS)
                return;
            for (const dom::element link : links) {
                const auto context = memberOf(link, "context");
                if (context)
                    span.links.push_back({textMemberOf(*context, "traceId"),
                                          textMemberOf(*context, "spanId"),
                                          attributesOf(link)});
            }
        }

        JsonDom m_dom;
    };

    std::unique_ptr<SpanDecoder> newJsOtelDecoder()
    {
        return std::make_unique<JsOtelDecoder>();
    }

} // namespace

bool JsOtelImporter::sniff(const Sample& sample) const
{
    const auto keys = firstKeysOf(sample.head);
    const auto has
        = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
    return (has("spanContext") || has("_spanContext"))
        && (has("startTime") || has("attributes") || has("name"));
}

Result<std::shared_ptr<const PayloadSource>>
JsOtelImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readSpanList(files, newJsOtelDecoder, builder, job);
}

} // namespace tracestore
