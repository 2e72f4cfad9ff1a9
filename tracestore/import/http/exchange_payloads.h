#pragma once

#include "tracestore/import/http/exchange.h"
#include "tracestore/import/importer.h"
#include "tracestore/model/payload_source.h"

namespace tracestore {

/// A stretch of a file that tells of a call, and how.
struct ExchangePart
{
    RawRef place;
    ExchangeForm form = ExchangeForm::Answer;
};

/// Reads the calls of an import again when somebody asks. Filled by the importer on one thread, in
/// the order of the spans; then read by any.
class ExchangePayloads : public PayloadSource
{
public:
    static constexpr std::uint32_t kNone = Id<struct ExchangeTag>::kNone;

    /// Which of the calls and results of tools in an import a step is.
    struct ToolStep
    {
        std::uint32_t exchange = kNone; ///< whose answer calls the tool
        std::uint32_t call = 0; ///< the number of the call in it
        std::uint32_t resultExchange = kNone; ///< that holds the result
        std::uint32_t result = 0; ///< its number there
        bool isResultInAnswer = false; ///< the provider ran the tool; else a request brings it
    };

    explicit ExchangePayloads(const std::vector<ImportFile>& files);

    /// A call; its number.
    std::uint32_t addExchange(std::vector<ExchangePart> parts);

    [[nodiscard]] const std::vector<ExchangePart>& parts(std::uint32_t exchange) const
    {
        return m_exchanges[exchange];
    }

    // The next span.
    void addModelStep(std::uint32_t exchange);
    void addToolStep(const ToolStep& step);
    void addPlainStep();

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

private:
    struct Step
    {
        ToolStep tool;
        bool isTool = false;
    };

    [[nodiscard]] Result<std::string> text(const RawRef& place) const;
    [[nodiscard]] Result<Exchange> exchange(std::uint32_t number) const;
    [[nodiscard]] Result<SpanDetail> toolDetail(const ToolStep& step) const;

    std::vector<std::shared_ptr<const ByteSource>> m_files; ///< by FileId
    std::vector<std::vector<ExchangePart>> m_exchanges;
    std::vector<Step> m_steps; ///< by SpanId
};

} // namespace tracestore
