#include "gui/compare/pair_fields.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"
#include "tracestore/compare/text_difference.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Attribute;
using tracestore::Message;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    QString fieldWord(const char* text)
    {
        return QCoreApplication::translate("gui::PairFields", text);
    }

    /// As it is compared; what could change how text is shown is seen.
    QString comparableText(std::string_view text)
    {
        return visibleText(toText(tracestore::readableText(text)));
    }

    /// Puts a text together line by line.
    class TextMaker
    {
    public:
        void heading(const QString& text)
        {
            if (!m_text.text.isEmpty())
                add(QString());
            m_text.headings.push_back(m_lines);
            add(text);
        }

        void add(const QString& text)
        {
            if (m_lines > 0)
                m_text.text += u'\n';
            m_text.text += text;
            m_lines += static_cast<std::uint32_t>(text.count(u'\n')) + 1;
        }

        [[nodiscard]] HeadedText take() { return std::move(m_text); }

    private:
        HeadedText m_text;
        std::uint32_t m_lines = 0;
    };

    QString roleName(const Message& message)
    {
        QString name = message.origRole.empty() ? toText(tracestore::toWord(message.role))
                                                : singleLine(message.origRole, 40);
        if (!message.name.empty())
            name += u" · "_s + singleLine(message.name, 80);
        return name;
    }

    void addPart(TextMaker& to, const tracestore::TextPart& part)
    {
        to.add(comparableText(part.text));
    }

    void addPart(TextMaker& to, const tracestore::ReasoningPart& part)
    {
        to.heading(part.isEncrypted ? fieldWord("thinking, encrypted") : fieldWord("thinking"));
        to.add(visibleText(toText(part.text)));
    }

    void addPart(TextMaker& to, const tracestore::ToolCallPart& part)
    {
        to.heading(fieldWord("calls %1").arg(singleLine(part.name, 120)));
        to.add(comparableText(part.arguments));
    }

    void addPart(TextMaker& to, const tracestore::ToolResultPart& part)
    {
        to.heading(part.isError ? fieldWord("result, failed") : fieldWord("result"));
        to.add(comparableText(part.content));
    }

    /// Of a picture only that it is there and how much it holds.
    void addPart(TextMaker& to, const tracestore::MediaPart& part)
    {
        to.heading(fieldWord("attachment %1").arg(singleLine(part.mimeType, 80)));
        if (!part.reference.empty())
            to.add(visibleText(toText(part.reference)));
        if (!part.data.empty())
            to.add(fieldWord("%1 characters, checksum %2")
                       .arg(formatCount(static_cast<std::int64_t>(part.data.size())),
                            QString::number(qHash(QByteArrayView(part.data)), 16)));
    }

    void addPart(TextMaker& to, const tracestore::OtherPart& part)
    {
        to.heading(singleLine(part.type, 80));
        to.add(comparableText(part.json));
    }

    HeadedText messagesText(const std::vector<Message>& messages)
    {
        TextMaker text;
        for (const Message& message : messages) {
            text.heading(roleName(message));
            for (const auto& part : message.parts)
                std::visit([&](const auto& one) { addPart(text, one); }, part);
        }
        return text.take();
    }

    HeadedText plain(const QString& text)
    {
        return {text, {}};
    }

    /// A line each, by name: their order says nothing.
    void addAttributes(TextMaker& to, std::vector<Attribute> attributes)
    {
        std::ranges::stable_sort(attributes, {}, &Attribute::key);
        for (const Attribute& one : attributes)
            to.add(singleLine(one.key) + u": "_s + comparableText(one.json));
    }

    HeadedText parametersText(const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        TextMaker text;
        if (trace.kind(span) == tracestore::SpanKind::Llm && !trace.model(span).empty())
            text.add(fieldWord("model: %1").arg(singleLine(trace.model(span))));
        addAttributes(text, detail.parameters);
        return text.take();
    }

    HeadedText configurationText(const SpanDetail& detail)
    {
        TextMaker text;
        if (!detail.toolDescription.empty()) {
            text.heading(fieldWord("description of the tool"));
            text.add(comparableText(detail.toolDescription));
        }
        if (!detail.toolDefinitions.empty()) {
            text.heading(fieldWord("tools that the model is offered"));
            text.add(comparableText(detail.toolDefinitions));
        }
        return text.take();
    }

    void addFact(TextMaker& to, const QString& name, const QString& value)
    {
        if (!value.isEmpty())
            to.add(name + u": "_s + value);
    }

    HeadedText factsText(const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        TextMaker text;
        addFact(text, fieldWord("name"), singleLine(trace.name(span), 2000));
        addFact(text, fieldWord("kind"), kindName(trace.kind(span)));
        if (const auto agent = trace.agentOf(span); agent.isValid())
            addFact(text, fieldWord("agent"), singleLine(trace.agent(agent).name));
        addFact(text, fieldWord("provider"), singleLine(trace.provider(span)));
        addFact(text, fieldWord("outcome"), statusName(trace.status(span)));
        if (const auto* error = trace.error(span); error != nullptr)
            addFact(
                text, fieldWord("error"), visibleText(toText(error->type + ": " + error->message)));
        if (!detail.errorStack.empty())
            addFact(text, fieldWord("stack"), visibleText(toText(detail.errorStack)));
        if (!detail.attributes.empty()) {
            text.heading(fieldWord("attributes of the source"));
            addAttributes(text, detail.attributes);
        }
        return text.take();
    }

} // namespace

QString fieldName(PairField field)
{
    switch (field) {
    case PairField::Prompt:
        return fieldWord("Prompt");
    case PairField::Answer:
        return fieldWord("Answer");
    case PairField::Arguments:
        return fieldWord("Arguments");
    case PairField::Result:
        return fieldWord("Result");
    case PairField::Parameters:
        return fieldWord("Parameters");
    case PairField::Configuration:
        return fieldWord("Configuration");
    case PairField::Facts:
        return fieldWord("Facts");
    }
    return {};
}

HeadedText fieldText(const Trace& trace, SpanId span, const SpanDetail& detail, PairField field)
{
    switch (field) {
    case PairField::Prompt:
        return messagesText(detail.input);
    case PairField::Answer:
        return messagesText(detail.output);
    case PairField::Arguments:
        return plain(comparableText(detail.toolArguments));
    case PairField::Result:
        return plain(comparableText(detail.toolResult));
    case PairField::Parameters:
        return parametersText(trace, span, detail);
    case PairField::Configuration:
        return configurationText(detail);
    case PairField::Facts:
        return factsText(trace, span, detail);
    }
    return {};
}

std::vector<FieldPair> fieldsOf(const OfBoth<const Trace*>& traces,
                                const OfBoth<SpanId>& spans,
                                const OfBoth<SpanDetail>& details)
{
    std::vector<FieldPair> fields;
    for (const PairField field : kPairFields) {
        FieldPair pair {.field = field, .text = {}};
        for (const CompareSide side : kBothSides) {
            if (spans[side].isValid())
                pair.text[side] = fieldText(*traces[side], spans[side], details[side], field);
        }
        if (!pair.text.a.text.isEmpty() || !pair.text.b.text.isEmpty())
            fields.push_back(std::move(pair));
    }
    return fields;
}

} // namespace gui
