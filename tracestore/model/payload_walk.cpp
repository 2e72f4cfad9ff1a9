#include "tracestore/model/payload_walk.h"

#include "tracestore/base/hash.h"
#include "tracestore/model/payload_source.h"

#include <algorithm>
#include <utility>

namespace tracestore {
namespace {

    /// For sources that know no better: each detail is read whole.
    class DetailWalk : public PayloadWalk
    {
    public:
        explicit DetailWalk(const PayloadSource& source)
            : m_source(source)
        { }

        Result<StepContent> read(SpanId span) override
        {
            auto detail = m_source.detail(span);
            if (!detail)
                return fail(std::move(detail).error());
            StepContent content;
            content.input = m_pool.chainOf(std::exchange(detail->input, {}));
            content.rest = std::move(*detail);
            content.rest.attributes.clear();
            content.rest.events.clear();
            return content;
        }

    private:
        const PayloadSource& m_source;
        ChainPool m_pool;
    };

    /// Of the texts of a part; parts without one are told apart by comparing them.
    struct PartHash
    {
        std::uint64_t sum;

        std::uint64_t operator()(const TextPart& part) const { return next(part.text); }

        std::uint64_t operator()(const ReasoningPart& part) const { return next(part.text); }

        std::uint64_t operator()(const ToolCallPart& part) const { return next(part.arguments); }

        std::uint64_t operator()(const ToolResultPart& part) const { return next(part.content); }

        std::uint64_t operator()(const MediaPart& part) const { return next(part.reference); }

        std::uint64_t operator()(const OtherPart& part) const { return next(part.json); }

        [[nodiscard]] std::uint64_t next(std::string_view text) const
        {
            return chainedChecksum(sum, text);
        }
    };

} // namespace

MessageChain ChainPool::extended(MessageChain chain, std::vector<Message> messages)
{
    for (Message& message : messages)
        chain = with(chain, std::move(message));
    return chain;
}

MessageChain ChainPool::with(const MessageChain& chain, Message message)
{
    std::uint64_t sum = std::hash<const void*>()(chain.node().get());
    for (const MessagePart& part : message.parts)
        sum = std::visit(PartHash {sum}, part);
    std::vector<MessageChain>& known = m_known[sum];
    const auto found = std::ranges::find_if(known, [&](const MessageChain& one) {
        return one.node()->before == chain.node() && one.last() == message;
    });
    if (found != known.end())
        return *found;
    known.push_back(chain.with(std::move(message)));
    return known.back();
}

std::unique_ptr<PayloadWalk> walkOf(const PayloadSource& payloads)
{
    const auto* source = dynamic_cast<const WalkSource*>(&payloads);
    return source != nullptr ? source->walk() : std::make_unique<DetailWalk>(payloads);
}

} // namespace tracestore
