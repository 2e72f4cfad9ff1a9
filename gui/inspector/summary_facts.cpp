#include "gui/inspector/facts.h"
#include "gui/messages/conversation_builder.h"
#include "gui/models/json_document.h"
#include "gui/models/step_change.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"
#include "tracestore/model/call_history.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

    constexpr qsizetype kMaxText = 4000;
    constexpr std::size_t kMaxLinks = 200;
    constexpr qsizetype kMaxPreview = 700;
    constexpr int kMaxPreviewLines = 12;
    constexpr qsizetype kMaxCalls = 12;
    constexpr std::size_t kMaxPreviewScan = std::size_t {64} << 10U;

    QString tr(const char* text)
    {
        return QCoreApplication::translate("gui::Inspector", text);
    }

    /// Text of strangers, with its lines, cut where nobody reads on in a summary.
    QString shown(std::string_view text)
    {
        QString result = visibleText(toText(text.substr(0, 4 * kMaxText)));
        if (result.size() > kMaxText)
            result = result.left(kMaxText) + u"…"_s;
        return result;
    }

    class SummaryReader
    {
    public:
        SummaryReader(const Trace& trace, SpanId span, const SpanDetail* detail)
            : m_trace(trace)
            , m_span(span)
            , m_detail(detail)
        { }

        std::vector<Fact> read()
        {
            readWhat();
            readError();
            readChange();
            readContent();
            readStack();
            readBelow();
            readModel();
            readTimes();
            readUse();
            readPlace();
            readLinks();
            return std::move(m_facts);
        }

    private:
        void begin(const QString& section) { m_section = section; }

        Fact& add(const QString& label, const QString& value, Fact::Tone tone = Fact::Tone::Normal)
        {
            m_facts.push_back({.section = m_section, .label = label, .value = value, .tone = tone});
            return m_facts.back();
        }

        /// Adds what is known; nothing where it is not.
        void addKnown(const QString& label, std::string_view value)
        {
            if (!value.empty())
                add(label, shown(value));
        }

        void addId(const QString& label, std::string_view value)
        {
            if (!value.empty())
                add(label, shown(value)).isCode = true;
        }

        void addSpan(const QString& label, SpanId span)
        {
            QString name = singleLine(m_trace.name(span), 120);
            if (name.isEmpty())
                name = kindName(m_trace.kind(span));
            add(label, name).link = span;
        }

        void readWhat()
        {
            begin(tr("Step"));
            add(tr("Name"), shown(m_trace.name(m_span)));
            const QString kind = kindName(m_trace.kind(m_span));
            add(tr("Kind"), kind);
            const SpanStatus status = m_trace.status(m_span);
            add(tr("Status"),
                status == SpanStatus::Unknown ? tr("not recorded") : statusName(status),
                statusTone());
            const AgentId agent = m_trace.agentOf(m_span);
            if (agent.isValid()) {
                addKnown(tr("Agent"), m_trace.agent(agent).name);
                addKnown(tr("Role"), m_trace.agent(agent).role);
            }
            if (m_detail != nullptr)
                addKnown(tr("Description"), m_detail->toolDescription);
        }

        [[nodiscard]] Fact::Tone statusTone() const
        {
            switch (m_trace.status(m_span)) {
            case SpanStatus::Ok:
                return Fact::Tone::Good;
            case SpanStatus::Error:
                return Fact::Tone::Bad;
            case SpanStatus::Unknown:
                return Fact::Tone::Dim;
            default:
                return Fact::Tone::Doubtful;
            }
        }

        void readError()
        {
            begin(tr("Error"));
            if (const SpanError* error = m_trace.error(m_span)) {
                if (!error->type.empty())
                    add(tr("Type"), shown(error->type), Fact::Tone::Bad);
                if (!error->message.empty())
                    add(tr("Message"), shown(error->message), Fact::Tone::Bad);
                if (error->isRetryable)
                    add(tr("Worth a retry"), *error->isRetryable ? tr("yes") : tr("no"));
            }
        }

        /// What the user did to the step, with what was before: of the step, and of its row.
        void readChange()
        {
            const QString words = changeWords(changeOf(m_trace, m_span));
            if (words.isEmpty())
                return;
            begin(tr("Changed by you"));
            if (!words.isEmpty())
                add(tr("What"), words, Fact::Tone::Doubtful);
            if (m_detail == nullptr)
                return;
            addEdit(m_detail->attributes);
            for (const SpanEvent& event : m_detail->events) {
                if (event.name == "edit")
                    addEdit(event.attributes);
            }
        }

        /// `before` and `after` of something at `path`; each a text of JSON.
        void addEdit(const std::vector<Attribute>& attributes)
        {
            const auto valueOf = [&](std::string_view key) -> std::string_view {
                const auto found = std::ranges::find(attributes, key, &Attribute::key);
                return found == attributes.end() ? std::string_view() : found->json;
            };
            std::vector<DifferenceLine> lines = jsonDifference(valueOf("before"), valueOf("after"));
            if (lines.empty())
                return;
            constexpr std::size_t kMostLines = 60;
            if (lines.size() > kMostLines) {
                lines.resize(kMostLines);
                lines.push_back({DifferenceLine::Kind::LeftOut, u"⋮"_s, {}});
            }
            const auto path = JsonDocument::parse(std::string(valueOf("path")));
            if (path && (*path)->type((*path)->root()) == JsonType::String)
                addId(tr("Where"), (*path)->stringAt((*path)->root(), 400));
            Fact& fact = add(tr("Difference"), differenceText(lines));
            fact.isWide = fact.isCode = true;
            fact.difference = std::move(lines);
        }

        /// After what the step was given: a stack is long.
        void readStack()
        {
            if (m_detail == nullptr || m_detail->errorStack.empty())
                return;
            begin(tr("Stack"));
            Fact& stack = add(tr("Stack"), shown(m_detail->errorStack).trimmed());
            stack.isWide = stack.isCode = true;
        }

        /// The beginning of what went in and came out: what one wants to know first.
        void readContent()
        {
            if (m_detail == nullptr)
                return;
            const SpanKind kind = m_trace.kind(m_span);
            if (kind == SpanKind::Tool) {
                addData(tr("Arguments"), m_detail->toolArguments);
                const SpanError* error = m_trace.error(m_span);
                if (error == nullptr || error->message != m_detail->toolResult)
                    addData(tr("Result"), m_detail->toolResult);
            } else if (kind == SpanKind::Llm) {
                addTalk(tr("Output"), m_detail->output);
                addCalls();
            } else {
                addTalk(tr("Input"), m_detail->input);
                addTalk(tr("Output"), m_detail->output);
            }
        }

        struct Below
        {
            std::int64_t modelCalls = 0;
            std::int64_t toolCalls = 0;
            std::int64_t failed = 0;
            std::optional<std::int64_t> tokens;
            std::optional<Cost> cost;
            bool isOneCurrency = true;
        };

        [[nodiscard]] Below sumBelow() const
        {
            Below sum;
            const std::size_t first = m_trace.preOrderIndex(m_span) + 1;
            for (std::size_t i = first; i < first + m_trace.descendantCount(m_span); ++i) {
                const SpanId step = m_trace.preOrder()[i];
                sum.modelCalls += isModelCall(m_trace, step) ? 1 : 0;
                sum.toolCalls += m_trace.kind(step) == SpanKind::Tool ? 1 : 0;
                sum.failed += m_trace.status(step) == SpanStatus::Error ? 1 : 0;
                if (!m_trace.countsInTotals(step))
                    continue;
                if (const TokenUsage* usage = m_trace.usage(step); usage != nullptr)
                    if (const auto total = usage->total())
                        sum.tokens = sum.tokens.value_or(0) + *total;
                if (const Cost* cost = m_trace.cost(step); cost != nullptr)
                    addCost(sum, *cost);
            }
            return sum;
        }

        /// A sum of which a part is computed is a computed one.
        static void addCost(Below& sum, const Cost& cost)
        {
            if (!sum.cost) {
                sum.cost = cost;
                return;
            }
            sum.isOneCurrency = sum.isOneCurrency && sum.cost->currency == cost.currency;
            sum.cost->amount += cost.amount;
            if (cost.source == CostSource::Computed)
                sum.cost->source = CostSource::Computed;
        }

        void readBelow()
        {
            const std::size_t count = m_trace.descendantCount(m_span);
            if (count == 0)
                return;
            begin(tr("Below"));
            const Below sum = sumBelow();
            add(tr("Steps"), formatCount(static_cast<std::int64_t>(count)));
            if (sum.modelCalls > 0)
                add(tr("Model calls"), formatCount(sum.modelCalls));
            if (sum.toolCalls > 0)
                add(tr("Tool calls"), formatCount(sum.toolCalls));
            if (sum.failed > 0)
                add(tr("Failed"), formatCount(sum.failed), Fact::Tone::Bad);
            if (sum.tokens)
                add(tr("Tokens"), formatCount(*sum.tokens));
            if (sum.cost && sum.isOneCurrency)
                add(tr("Cost"),
                    formatCost(*sum.cost) + u"  ·  "_s
                        + (sum.cost->source == CostSource::Reported
                               ? tr("recorded")
                               : tr("computed from list prices")));
        }

        void addWide(const QString& section, QString text, bool isCode)
        {
            if (text.trimmed().isEmpty())
                return;
            begin(section);
            const bool isCut = shorten(text);
            Fact& fact = add(tr("Text"), text);
            fact.isWide = true;
            fact.isCode = isCode;
            if (isCut)
                add(tr("More"), tr("see the tab %1").arg(section), Fact::Tone::Dim);
        }

        void addData(const QString& section, std::string_view text)
        {
            const std::string_view begin = text.substr(0, kMaxPreviewScan);
            addWide(section,
                    begin.size() == text.size() ? visibleText(readable(text).text) : shown(begin),
                    true);
        }

        void addTalk(const QString& section, const std::vector<Message>& messages)
        {
            QString text;
            for (const Message& message : messages) {
                if (text.size() > kMaxPreview)
                    break;
                const QString said = shown(plainText(message));
                if (!said.trimmed().isEmpty())
                    text += (text.isEmpty() ? QString() : u"\n\n"_s) + said.trimmed();
            }
            addWide(section, text, false);
        }

        void addCalls()
        {
            QStringList names;
            for (const Message& message : m_detail->output)
                for (const MessagePart& part : message.parts)
                    if (const auto* call = std::get_if<ToolCallPart>(&part);
                        call != nullptr && names.size() < kMaxCalls)
                        names += singleLine(call->name, 80);
            if (names.isEmpty())
                return;
            begin(tr("Asked for"));
            add(names.size() == 1 ? tr("Tool") : tr("Tools"), names.join(u", "_s));
        }

        /// Cuts a text to what a summary has room for; false where all of it fits.
        static bool shorten(QString& text)
        {
            qsizetype end = 0;
            for (int line = 0; line < kMaxPreviewLines && end >= 0; ++line)
                end = text.indexOf(u'\n', end + (line == 0 ? 0 : 1));
            if (end < 0 || end > kMaxPreview)
                end = std::min(kMaxPreview, text.size());
            if (end == text.size())
                return false;
            if (end > 0 && text[end - 1].isHighSurrogate())
                --end;
            text = text.left(end).trimmed() + u" …"_s;
            return true;
        }

        void readModel()
        {
            begin(tr("Model"));
            const auto& columns = m_trace.columns();
            const std::string_view asked = m_trace.text(columns.requestedModel[m_span.index()]);
            const std::string_view answered = m_trace.text(columns.respondedModel[m_span.index()]);
            if (asked == answered || asked.empty() || answered.empty()) {
                addKnown(tr("Model"), m_trace.model(m_span));
            } else {
                addKnown(tr("Model asked for"), asked);
                addKnown(tr("Model that answered"), answered);
            }
            addKnown(tr("Provider"), m_trace.provider(m_span));
            if (m_detail == nullptr)
                return;
            for (const Attribute& parameter : m_detail->parameters)
                add(singleLine(parameter.key, 80), shown(parameter.json)).isCode = true;
            QStringList reasons;
            for (const std::string& reason : m_detail->finishReasons)
                reasons += singleLine(reason, 80);
            if (!reasons.isEmpty())
                add(tr("Finished because"), reasons.join(u", "_s));
            if (!m_detail->toolDefinitions.empty())
                addToolCount();
        }

        void addToolCount()
        {
            const auto tools = JsonDocument::parse(m_detail->toolDefinitions);
            if (!tools)
                return;
            add(tr("Tools offered"),
                formatCount(static_cast<std::int64_t>((*tools)->childCount((*tools)->root()))));
        }

        void readTimes()
        {
            begin(tr("Time"));
            const auto start = m_trace.start(m_span);
            const auto end = m_trace.end(m_span);
            const QString unknown = tr("not recorded");
            const auto addTime = [&](const QString& label, std::optional<Timestamp> time) {
                add(label,
                    time ? formatTimestamp(*time) : unknown,
                    time ? Fact::Tone::Normal : Fact::Tone::Dim);
            };
            addTime(tr("Start"), start);
            addTime(tr("End"), end);
            if (const auto duration = m_trace.duration(m_span))
                add(tr("Duration"), formatDuration(*duration));
            else if (start && end)
                add(tr("Duration"), tr("the end lies before the start"), Fact::Tone::Doubtful);
            if (const auto first = m_trace.firstToken(m_span); first && start)
                add(tr("To the first token"), formatDuration(*first - *start));
            switch (m_trace.timeSource(m_span)) {
            case TimeSource::Line:
                add(tr("Known from"),
                    tr("when the lines of the log were written"),
                    Fact::Tone::Dim);
                break;
            case TimeSource::Inferred:
                add(tr("Known from"), tr("the steps beside it (inferred)"), Fact::Tone::Doubtful);
                break;
            case TimeSource::Exact:
                add(tr("Known from"), tr("the step's own clock"), Fact::Tone::Dim);
                break;
            case TimeSource::Unknown:
                break;
            }
        }

        void readUse()
        {
            for (Fact& fact : usageFacts(m_trace, m_span, nullptr)) {
                const bool isGap = fact.tone == Fact::Tone::Dim;
                if (!isGap)
                    m_facts.push_back(std::move(fact));
            }
        }

        void readPlace()
        {
            begin(tr("Place"));
            const SpanId parent = m_trace.parent(m_span);
            switch (m_trace.parentState(m_span)) {
            case ParentState::Root:
                add(tr("Parent"), tr("none, it is a beginning"), Fact::Tone::Dim);
                break;
            case ParentState::Missing:
                add(tr("Parent"), tr("named, but not in this file"), Fact::Tone::Doubtful);
                break;
            case ParentState::Cut:
                add(tr("Parent"), tr("left out: it would close a circle"), Fact::Tone::Doubtful);
                break;
            case ParentState::Present:
            case ParentState::Implied:
                break;
            }
            if (parent.isValid())
                addSpan(m_trace.parentState(m_span) == ParentState::Implied
                            ? tr("Parent (inferred)")
                            : tr("Parent"),
                        parent);
            const QString source = singleLine(m_trace.origKind(m_span), 120);
            if (!source.isEmpty())
                add(tr("Recorded as"), source);
            const auto& columns = m_trace.columns();
            addId(tr("Id"), m_trace.origId(m_span));
            addId(tr("Trace id"), m_trace.traceId(m_span));
            if (m_trace.parentState(m_span) == ParentState::Missing)
                addId(tr("Parent id"), m_trace.text(columns.parentOrigId[m_span.index()]));
            addId(tr("Tool call id"), m_trace.toolCallId(m_span));
            addId(tr("Response id"), m_trace.text(columns.responseId[m_span.index()]));
        }

        void readLinks()
        {
            begin(tr("Links"));
            const auto links = m_trace.linksFrom(m_span);
            for (const SpanLink& link : links.first(std::min(links.size(), kMaxLinks))) {
                const QString label = toText(toWord(link.kind)).replace(u'_', u' ');
                if (link.to.isValid())
                    addSpan(label, link.to);
                else
                    add(label,
                        tr("%1, not in this file").arg(singleLine(link.toOrigId, 80)),
                        Fact::Tone::Dim);
            }
            if (links.size() > kMaxLinks)
                add({}, tr("%1 more").arg(links.size() - kMaxLinks), Fact::Tone::Dim);
        }

        const Trace& m_trace;
        SpanId m_span;
        const SpanDetail* m_detail;
        QString m_section;
        std::vector<Fact> m_facts;
    };

} // namespace

std::vector<Fact> summaryFacts(const Trace& trace, SpanId span, const SpanDetail* detail)
{
    return SummaryReader(trace, span, detail).read();
}

} // namespace gui
