#include "tracestore/import/http/exchange_payloads.h"

#include "tracestore/import/http/exchange_content.h"

#include <algorithm>

namespace tracestore {

ExchangePayloads::ExchangePayloads(const std::vector<ImportFile>& files)
{
    for (const ImportFile& file : files) {
        m_files.resize(std::max(m_files.size(), file.id.index() + 1));
        m_files[file.id.index()] = file.bytes;
    }
}

std::uint32_t ExchangePayloads::addExchange(std::vector<ExchangePart> parts)
{
    m_exchanges.push_back(std::move(parts));
    return static_cast<std::uint32_t>(m_exchanges.size() - 1);
}

void ExchangePayloads::addModelStep(std::uint32_t exchange)
{
    m_steps.push_back({.tool = {.exchange = exchange}});
}

void ExchangePayloads::addToolStep(const ToolStep& step)
{
    m_steps.push_back({.tool = step, .isTool = true});
}

void ExchangePayloads::addPlainStep()
{
    m_steps.emplace_back();
}

Result<SpanDetail> ExchangePayloads::detail(SpanId span) const
{
    ENSURE(span.index() < m_steps.size());
    const Step& step = m_steps[span.index()];
    if (step.isTool)
        return toolDetail(step.tool);
    if (step.tool.exchange == kNone)
        return SpanDetail();
    return exchange(step.tool.exchange).transform([](Exchange&& read) {
        return exchangeDetail(read);
    });
}

Result<SpanDetail> ExchangePayloads::toolDetail(const ToolStep& step) const
{
    SpanDetail detail;
    if (step.exchange != kNone) {
        const auto caller = exchange(step.exchange);
        if (!caller)
            return fail(caller.error());
        const auto calls = callsIn(answerMessages(*caller));
        if (step.call < calls.size())
            detail.toolArguments = calls[step.call].arguments;
    }
    if (step.resultExchange != kNone) {
        const auto bearer = exchange(step.resultExchange);
        if (!bearer)
            return fail(bearer.error());
        const auto results
            = resultsIn(step.isResultInAnswer ? answerMessages(*bearer) : requestMessages(*bearer));
        if (step.result < results.size())
            detail.toolResult = results[step.result].content;
    }
    return detail;
}

Result<std::string> ExchangePayloads::raw(SpanId span) const
{
    ENSURE(span.index() < m_steps.size());
    std::string all;
    const std::uint32_t number = m_steps[span.index()].tool.exchange;
    if (number == kNone)
        return all;
    for (const ExchangePart& part : m_exchanges[number]) {
        const auto bytes = text(part.place);
        if (!bytes)
            return fail(bytes.error());
        all += (all.empty() ? "" : "\n") + *bytes;
    }
    return all;
}

Result<std::string> ExchangePayloads::text(const RawRef& place) const
{
    return m_files[place.file.index()]->read(place.offset, place.length);
}

Result<Exchange> ExchangePayloads::exchange(std::uint32_t number) const
{
    Exchange read;
    for (const ExchangePart& part : m_exchanges[number]) {
        const auto bytes = text(part.place);
        if (!bytes)
            return fail(bytes.error());
        if (const auto done = readExchange(*bytes, part.form, read); !done)
            return fail(Error(Result<void>(done).error()));
    }
    return read;
}

} // namespace tracestore
