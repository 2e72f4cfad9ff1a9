#include "tracestore/export/html_exporter.h"

#include "tracestore/export/export_buffer.h"
#include "tracestore/export/html_page.h"
#include "tracestore/export/transcript.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Deeper steps are indented like this one: the line says how deep they are.
    constexpr std::size_t kMaxIndent = 24;

    /// The front of a text, not cut inside a character of UTF-8.
    std::string_view cutText(std::string_view text)
    {
        if (text.size() <= HtmlExporter::kMaxText)
            return text;
        std::size_t end = HtmlExporter::kMaxText;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        return text.substr(0, end);
    }

    class HtmlWriter
    {
    public:
        HtmlWriter(const Trace& trace, ByteSink& sink, Job& job)
            : m_trace(trace)
            , m_buffer(sink)
            , m_job(job)
        { }

        Result<void> write()
        {
            m_job.expect(m_trace.spanCount());
            const std::string title = titleOf(m_trace);
            add(htmlHead(title));
            add("<h1>" + htmlText(title) + "</h1>\n<p class=\"note\">Read from "
                + htmlText(m_trace.origin().formatName)
                + ". Click a step to see what went in and what came out.</p>\n");
            if (m_trace.sessions().size() > 1)
                writeSessionTable();
            for (std::size_t i = 0; i < m_trace.sessions().size(); ++i) {
                if (auto done = writeSession(SessionId(i)); !done)
                    return done;
            }
            add("</body></html>\n");
            return m_buffer.flush();
        }

    private:
        void add(std::string_view html) { m_buffer.text() += html; }

        void writeSessionTable()
        {
            add("<table><tr><th>session</th><th>outcome</th><th>started</th></tr>\n");
            for (std::size_t i = 0; i < m_trace.sessions().size(); ++i) {
                const Session& session = m_trace.sessions()[i];
                const bool isBad = session.outcome == SpanStatus::Error;
                add("<tr><td><a href=\"#s" + std::to_string(i) + "\">" + htmlText(titleOf(session))
                    + "</a></td><td" + (isBad ? " class=\"bad\">" : ">")
                    + htmlText(judgementText(session)) + "</td><td>"
                    + (session.started ? formatIsoTimestamp(*session.started) : std::string())
                    + "</td></tr>\n");
            }
            add("</table>\n");
        }

        Result<void> writeSession(SessionId id)
        {
            const Session& session = m_trace.session(id);
            add("<h2 id=\"s" + std::to_string(id.index()) + "\">" + htmlText(titleOf(session))
                + "</h2>\n");
            std::string facts = session.key;
            for (const std::string& fact : {session.cwd, judgementText(session)})
                facts += (facts.empty() || fact.empty() ? "" : " · ") + fact;
            if (!facts.empty())
                add("<p class=\"note\">" + htmlText(facts) + "</p>\n");
            return readTranscript(m_trace, id, m_job, [this](const TranscriptStep& step) {
                writeStep(step);
                return m_buffer.flushIfFull();
            });
        }

        void writeStep(const TranscriptStep& step)
        {
            const SpanId span = step.span;
            const bool isBad = m_trace.status(span) == SpanStatus::Error;
            const std::size_t depth = m_trace.depth(span);
            add("<details style=\"--d:" + std::to_string(std::min(depth, kMaxIndent))
                + "\"><summary" + (isBad ? " class=\"bad\"" : "") + "><span class=\"facts\">"
                + htmlText(factsText(m_trace, span)) + "</span><span class=\"kind\">"
                + std::string(toWord(m_trace.kind(span))) + "</span> "
                + htmlText(m_trace.name(span)) + (isBad ? " — failed" : ""));
            if (depth > kMaxIndent)
                add(" <span class=\"note\">(level " + std::to_string(depth + 1) + ")</span>");
            add("</summary>\n");
            if (!step.problem.empty())
                add("<p class=\"note\">The payloads of this step could not be read: "
                    + htmlText(step.problem) + "</p>");
            writePayloads(step);
            add("</details>\n");
        }

        void writePayloads(const TranscriptStep& step)
        {
            if (step.repeated > 0)
                add("<p class=\"note\">" + std::to_string(step.repeated)
                    + " messages of the input stand at earlier steps.</p>");
            for (const TranscriptBlock& one : step.blocks)
                block(one.label, one.text);
        }

        void block(const std::string& who, std::string_view text)
        {
            const std::string_view shown = cutText(text);
            add("<div class=\"who\">" + htmlText(who) + "</div><pre>" + htmlText(shown) + "</pre>");
            if (shown.size() < text.size())
                add("<p class=\"note\">" + std::to_string(text.size() - shown.size())
                    + " more bytes are in the trace and were left out of this page.</p>");
        }

        const Trace& m_trace;
        ExportBuffer m_buffer;
        Job& m_job;
    };

} // namespace

Result<void> HtmlExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    return HtmlWriter(trace, sink, job).write();
}

} // namespace tracestore
