#include "tracestore/compare/step_reading.h"

#include "tracestore/model/payload_source.h"

#include <algorithm>

namespace tracestore {
namespace {

    using Node = MessageChain::Node;

    constexpr ContentPrint kNoWords = 1;

    /// What a tool gave says less about what a step is than what it was asked.
    constexpr std::size_t kReadOfResult = 512;

    /// Of what is new in a call so many messages are looked at, so that windows that are rewritten
    /// with each call cost no more than they should.
    constexpr std::size_t kMostNew = 64;

    /// The messages of a list behind those that it shares with another, the last first.
    std::vector<const Message*> newMessages(const MessageChain& before, const MessageChain& now)
    {
        std::vector<const Message*> found;
        const Node* other = before.node().get();
        if (before.size() > now.size() + kMostNew)
            other = nullptr; // begun anew
        for (const Node* node = now.node().get(); node != nullptr && found.size() < kMostNew;
             node = node->before.get()) {
            // Lists share their nodes as far as they begin alike.
            while (other != nullptr && other->length > node->length)
                other = other->before.get();
            if (node == other)
                break;
            found.push_back(&node->message);
        }
        return found;
    }

    bool isExtension(const MessageChain& before, const MessageChain& now)
    {
        const Node* node = now.node().get();
        for (std::size_t steps = 0; node != nullptr && steps < kMostNew; ++steps) {
            if (node->length <= before.size())
                break;
            node = node->before.get();
        }
        return node == before.node().get();
    }

    /// Adds the words of messages to a print and a sketch.
    class MessageReading
    {
    public:
        MessageReading(ContentPrint& print, TextSketch& sketch)
            : m_print(print)
            , m_sketch(sketch)
        { }

        void add(const Message& message)
        {
            for (const MessagePart& part : message.parts)
                std::visit(*this, part);
        }

        void operator()(const TextPart& part) { addText(part.text); }

        void operator()(const ReasoningPart&) { }

        void operator()(const ToolCallPart& part)
        {
            addPrint(combined(textPrint(part.name), jsonPrint(part.arguments)));
            m_sketch.add(part.name);
            m_sketch.add(part.arguments);
        }

        void operator()(const ToolResultPart& part)
        {
            addPrint(jsonPrint(part.content));
            m_sketch.add(part.content);
        }

        void operator()(const MediaPart& part)
        {
            addPrint(textPrint(part.data.empty() ? part.reference : part.data));
        }

        void operator()(const OtherPart& part) { addPrint(jsonPrint(part.json)); }

    private:
        void addText(std::string_view text)
        {
            addPrint(textPrint(text));
            m_sketch.add(text);
        }

        void addPrint(ContentPrint print)
        {
            if (print != 0)
                m_print = m_print == 0 ? print : combined(m_print, print);
        }

        ContentPrint& m_print;
        TextSketch& m_sketch;
    };

    ContentPrint parametersPrint(const std::vector<Attribute>& parameters)
    {
        ContentPrint sum = 0;
        for (const Attribute& parameter : parameters)
            sum += combined(textPrint(parameter.key), jsonPrint(parameter.json));
        return sum;
    }

    ContentPrint instructionsOf(const MessageChain& input)
    {
        ContentPrint print = 0;
        TextSketch unused;
        MessageReading reading(print, unused);
        for (const Message* message : input.pointers()) {
            if (message->role == Role::System)
                reading.add(*message);
        }
        return print;
    }

} // namespace

StepReader::StepReader(const Trace& trace, std::size_t scopes)
    : m_trace(trace)
    , m_walk(walkOf(trace.payloads()))
    , m_scopes(scopes)
{ }

void StepReader::read(ComparedStep& step, std::uint32_t scope)
{
    if (step.kind == SpanKind::Turn) {
        step.arguments = textPrint(m_trace.name(step.span));
        step.asked.add(m_trace.name(step.span));
        return;
    }
    const auto content = m_walk->read(step.span);
    if (content && step.kind == SpanKind::Llm)
        readCall(step, *content, m_scopes[scope]);
    else if (content)
        readAction(step, *content);
    if (step.kind == SpanKind::Llm)
        step.model = textPrint(m_trace.model(step.span));
    if (const SpanError* error = m_trace.error(step.span); error != nullptr && step.output == 0) {
        step.output = textPrint(error->message);
        step.given.add(error->message);
    }
    // The name of what was said is its beginning.
    if (step.kind == SpanKind::Message && step.arguments == 0 && step.output == 0) {
        step.arguments = textPrint(m_trace.name(step.span));
        step.asked.add(m_trace.name(step.span));
    }
}

void StepReader::readCall(ComparedStep& step, const StepContent& content, Past& past) const
{
    readInput(step, content.input, past);
    readAnswer(step, content.rest.output);
    if (content.rest.toolDefinitions != past.definitions) {
        past.definitions = content.rest.toolDefinitions;
        past.definitionsPrint = jsonPrint(past.definitions);
    }
    step.instructions = past.instructions;
    step.offer = past.definitionsPrint;
    if (!content.rest.parameters.empty())
        step.offer = combined(step.offer, parametersPrint(content.rest.parameters));
}

void StepReader::readInput(ComparedStep& step, const MessageChain& input, Past& past) const
{
    if (!past.wasCalled || !isExtension(past.input, input))
        past.instructions = instructionsOf(input);
    const auto messages = newMessages(past.input, input);
    TextSketch words;
    MessageReading reading(step.input, words);
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        if ((*message)->role == Role::User)
            reading.add(**message);
    }
    if (!past.wasCalled)
        past.task = {step.input, words};
    if (step.input != 0)
        past.told = combined(past.told, step.input);
    step.told = past.told;
    step.isInputKnown = !input.isEmpty();
    past.input = input;
    past.wasCalled = true;
}

void StepReader::readAnswer(ComparedStep& step, const std::vector<Message>& output) const
{
    MessageReading words(step.output, step.given);
    for (const Message& message : output) {
        for (const MessagePart& part : message.parts) {
            if (const auto* call = std::get_if<ToolCallPart>(&part)) {
                // A sum: calls that are asked for together have no order.
                step.arguments += combined(textPrint(call->name), jsonPrint(call->arguments));
                step.asked.add(call->name);
                step.asked.add(call->arguments);
            } else {
                std::visit(words, part);
            }
        }
    }
    // Calls without a word are known to have none, which differs from any word.
    if (step.output == 0 && step.arguments != 0)
        step.output = kNoWords;
}

void StepReader::readAction(ComparedStep& step, const StepContent& content) const
{
    step.arguments = jsonPrint(content.rest.toolArguments);
    step.asked.add(content.rest.toolArguments);
    if (step.arguments == 0) {
        MessageReading reading(step.arguments, step.asked);
        const auto messages = newMessages({}, content.input);
        for (auto message = messages.rbegin(); message != messages.rend(); ++message)
            reading.add(**message);
    }
    step.output = jsonPrint(content.rest.toolResult);
    step.given.add(content.rest.toolResult, kReadOfResult);
    if (step.output == 0) {
        MessageReading reading(step.output, step.given);
        for (const Message& message : content.rest.output)
            reading.add(message);
    }
}

} // namespace tracestore
