#include "tracestore/import/otel/span_attributes_importer.h"

#include "tracestore/import/gen_ai/gen_ai_names.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/reading/json_dom.h"

#include <algorithm>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    constexpr std::string_view kPrefixes[]
        = {"gen_ai.", "openinference.", "llm.", "traceloop.", "ai.operationId"};

    /// The name that the conventions would give the span: `chat gpt-4o`, `execute_tool search`.
    std::string nameOf(const GenAiFields& fields)
    {
        using F = GenAiField;
        std::string name;
        for (const F field : {F::Operation,
                              F::VercelOperation,
                              F::OpenInferenceKind,
                              F::TraceloopKind,
                              F::RequestType}) {
            if (name.empty())
                name = fields.text(field);
        }
        for (const F field :
             {F::ToolName, F::AgentName, F::EntityName, F::RequestedModel, F::RespondedModel}) {
            const std::string_view target = fields.text(field);
            if (!target.empty())
                return name + (name.empty() ? "" : " ") + std::string(target);
        }
        return name.empty() ? "span" : name;
    }

    class SpanAttributesDecoder : public SpanDecoder
    {
    public:
        Result<OtelSpan> span(std::string_view json, bool isPadded) override
        {
            const auto parsed = m_dom.parse(json, isPadded);
            if (!parsed)
                return Failure(parsed.error());
            dom::object map;
            if (parsed->get_object().get(map) != simdjson::SUCCESS)
                return fail(ErrorCode::Invalid, "It is not a JSON object.");
            OtelSpan span;
            span.isTimeless = true;
            for (const auto field : map)
                span.attributes.emplace_back(field.key, m_dom.valueOf(field.value));
            span.name = m_dom.keep(nameOf(GenAiFields(span.attributes)));
            return span;
        }

        [[nodiscard]] bool wasRepaired() const override { return m_dom.wasRepaired(); }

    private:
        JsonDom m_dom;
    };

    std::unique_ptr<SpanDecoder> newSpanAttributesDecoder()
    {
        return std::make_unique<SpanAttributesDecoder>();
    }

} // namespace

bool SpanAttributesImporter::sniff(const Sample& sample) const
{
    const auto keys = firstKeysOf(sample.head);
    return std::ranges::any_of(keys, [](std::string_view key) {
        return std::ranges::any_of(
            kPrefixes, [&](std::string_view prefix) { return key.starts_with(prefix); });
    });
}

Result<std::shared_ptr<const PayloadSource>> SpanAttributesImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto payloads = readSpanList(files, newSpanAttributesDecoder, builder, job);
    // Attributes alone do not say of which trace they are or what stands above them.
    for (std::size_t i = 0; payloads && i < builder.sessionCount(); ++i) {
        SourceCounts& counts = builder.session(SessionId(i)).counts;
        counts = {.spans = counts.spans};
    }
    return payloads;
}

} // namespace tracestore
