#include "gui/inspector/facts.h"
#include "gui/models/json_document.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <QCoreApplication>

namespace gui {

using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

    constexpr qsizetype kMaxText = 4000;
    constexpr std::size_t kMaxLinks = 200;

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
            const QString source = singleLine(m_trace.origKind(m_span), 120);
            add(tr("Kind"),
                source.isEmpty() ? kind : tr("%1 (the source says %2)").arg(kind, source));
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
            if (m_detail != nullptr && !m_detail->errorStack.empty())
                add(tr("Stack"), shown(m_detail->errorStack)).isCode = true;
        }

        void readModel()
        {
            begin(tr("Model"));
            const auto& columns = m_trace.columns();
            const std::string_view asked = m_trace.text(columns.requestedModel[m_span.index()]);
            const std::string_view answered = m_trace.text(columns.respondedModel[m_span.index()]);
            if (asked == answered) {
                addKnown(tr("Model"), asked);
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
                    Fact::Tone::Doubtful);
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
                            ? tr("Parent (concluded)")
                            : tr("Parent"),
                        parent);
            if (m_trace.descendantCount(m_span) > 0)
                add(tr("Steps below"),
                    formatCount(static_cast<std::int64_t>(m_trace.descendantCount(m_span))));
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
