#pragma once

#include "tracestore/model/payload_walk.h"
#include "tracestore/query/text_places.h"

namespace tracestore {

/// Which text of a step: an argument, its result, a part of a message it was given or gave.
struct ContentPlace
{
    TextPlaceKind kind = TextPlaceKind::Other;
    std::uint32_t message = 0; ///< of input and output, from 0; of parameters their number
    std::uint32_t part = 0; ///< of the message, from 0

    bool operator==(const ContentPlace&) const = default;
};

/// Who brought a text into the conversation.
enum class Giver : std::uint8_t
{
    User,
    Prompt, ///< the system prompt
    Offer, ///< the descriptions of the tools on offer
    Tool, ///< a result: of a tool, a search, a memory
    Model, ///< an answer, what it thought, or the arguments of a call
    Other
};

/// `user`, `prompt`, `offer`, `tool`, `model`, `other`.
std::string_view toWord(Giver giver);

/// A text of a step, with what is known of it.
struct ContentText
{
    ContentPlace place;
    std::string_view text;
    Giver giver = Giver::Other;
    std::string_view callId; ///< of a call of a tool or its result
    bool isCall = false; ///< arguments of a call that a model asks for
};

/// Takes a text; false ends the visit.
using VisitText = std::function<bool(const ContentText&)>;

/// The texts of a message; `kind` is Input or Output.
bool visitTexts(const Message& message,
                TextPlaceKind kind,
                std::size_t index,
                const VisitText& visit);

/// The texts that a step was given besides messages: arguments, offered tools.
bool visitGiven(const SpanDetail& detail, const VisitText& visit);

/// The texts that it gave: messages of its output, its result.
bool visitGave(const SpanDetail& detail, const VisitText& visit);

/// The text at a place, which lives as long as the messages and the detail; empty where there is
/// none. `input` are the messages the step was given.
std::string_view textAt(const ContentPlace& place,
                        const std::vector<const Message*>& input,
                        const SpanDetail& detail);

/// The place for people: `result`, `input, message 3 (user)`.
std::string labelOf(const ContentPlace& place,
                    const std::vector<const Message*>& input,
                    const SpanDetail& detail);

} // namespace tracestore
