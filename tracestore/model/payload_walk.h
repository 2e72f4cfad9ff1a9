#pragma once

#include "tracestore/model/message_chain.h"

#include <unordered_map>

namespace tracestore {

class PayloadSource;

/// What a step got and gave.
struct StepContent
{
    MessageChain input;

    /// All that the detail of the step holds but its input, which is above, attributes and events.
    SpanDetail rest;
};

/// Reads what many steps of a source got and gave, one step after another. A model call is sent the
/// conversation so far, so reading the details of all of them would read each message again and
/// again; a walk reads it once, and inputs that begin alike share their nodes. What was read stays
/// in memory as long as the walk. One thread; the source outlives it.
class PayloadWalk
{
public:
    PayloadWalk() = default;
    PayloadWalk(const PayloadWalk&) = delete;
    PayloadWalk& operator=(const PayloadWalk&) = delete;
    virtual ~PayloadWalk() = default;

    /// Fails as PayloadSource::detail() does.
    virtual Result<StepContent> read(SpanId span) = 0;
};

/// What payloads of a trace may be besides: a source that knows what its inputs share.
class WalkSource
{
public:
    WalkSource() = default;
    WalkSource(const WalkSource&) = delete;
    WalkSource& operator=(const WalkSource&) = delete;
    virtual ~WalkSource() = default;

    [[nodiscard]] virtual std::unique_ptr<PayloadWalk> walk() const = 0;
};

/// A walk over any payloads. Where the source knows no better, each detail is read whole, and what
/// inputs share is found by comparing them.
std::unique_ptr<PayloadWalk> walkOf(const PayloadSource& payloads);

/// Makes lists of messages that share their nodes as far as they begin alike. One thread.
class ChainPool
{
public:
    MessageChain chainOf(std::vector<Message> messages)
    {
        return extended({}, std::move(messages));
    }

    /// A list and messages behind it.
    MessageChain extended(MessageChain chain, std::vector<Message> messages);

private:
    MessageChain with(const MessageChain& chain, Message message);

    /// By the node before and the text of the message.
    std::unordered_map<std::uint64_t, std::vector<MessageChain>> m_known;
};

} // namespace tracestore
