#include "tracestore/export/html_exporter.h"

#include "tracestore/export/export_buffer.h"
#include "tracestore/export/html_page.h"
#include "tracestore/export/report_summary.h"
#include "tracestore/export/transcript.h"

#include <algorithm>
#include <map>

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

    /// A text on one line, as far as a line goes.
    std::string headOf(std::string_view text, std::size_t most = 160)
    {
        std::string line(text.substr(0, std::min(text.find('\n'), text.size())));
        if (line.size() <= most)
            return line.size() < text.size() ? line + " …" : line;
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
            --end;
        return line.substr(0, end) + " …";
    }

    /// What a step is about: what a model said or called last, what others were given.
    std::string peekOf(const TranscriptStep& step, SpanKind kind)
    {
        constexpr std::string_view kCalls = " calls ";
        constexpr std::size_t kMost = 80;
        if (step.blocks.empty())
            return {};
        const TranscriptBlock& block
            = kind == SpanKind::Llm ? step.blocks.back() : step.blocks.front();
        const std::size_t call = block.label.find(kCalls);
        return call == std::string::npos ? headOf(block.text, kMost)
                                         : "→ " + block.label.substr(call + kCalls.size());
    }

    std::string stepLink(SpanId span)
    {
        return "<a href=\"#n" + std::to_string(span.index()) + "\">step "
            + std::to_string(span.index()) + "</a>";
    }

    class HtmlWriter
    {
    public:
        HtmlWriter(const Trace& trace,
                   const std::vector<Annotation>& annotations,
                   ByteSink& sink,
                   Job& job)
            : m_trace(trace)
            , m_buffer(sink)
            , m_job(job)
        {
            for (const Annotation& one : annotations) {
                if (one.isRemoved)
                    continue;
                const SpanId span = one.step ? findStep(trace, *one.step) : SpanId();
                if (span.isValid())
                    m_ofSteps[span].push_back(&one);
                else
                    m_others.push_back(&one);
            }
        }

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
            writeNotes(m_others, "Notes");
            const std::vector<TraceTotals> totals = sessionTotals(m_trace);
            for (std::size_t i = 0; i < m_trace.sessions().size(); ++i) {
                if (auto done = writeSession(SessionId(i), totals.at(i)); !done)
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
                    + (session.started ? readableTime(*session.started) : std::string())
                    + "</td></tr>\n");
            }
            add("</table>\n");
        }

        Result<void> writeSession(SessionId id, const TraceTotals& totals)
        {
            const Session& session = m_trace.session(id);
            add("<h2 id=\"s" + std::to_string(id.index()) + "\">" + htmlText(titleOf(session))
                + "</h2>\n");
            std::string facts = session.key;
            for (const std::string& fact : {session.cwd, judgementText(session)})
                facts += (facts.empty() || fact.empty() ? "" : " · ") + fact;
            if (!facts.empty())
                add("<p class=\"note\">" + htmlText(facts) + "</p>\n");
            const auto summary = summarise(m_trace, id, totals, m_job);
            if (!summary)
                return fail(summary.error());
            writeSummary(session, *summary);
            writeNotesOf(id);
            add("<h3>Steps</h3>\n");
            return readTranscript(m_trace, id, m_job, [this](const TranscriptStep& step) {
                writeStep(step);
                return m_buffer.flushIfFull();
            });
        }

        void writeSummary(const Session& session, const ReportSummary& summary)
        {
            if (summary.isScripted)
                add("<p class=\"banner\">The models of this run were scripts: no model was "
                    "asked.</p>\n");
            add("<table class=\"summary\">\n");
            row("asked", summary.asked);
            const std::string outcome = judgementText(session);
            row("outcome", outcome.empty() ? "not recorded" : outcome);
            row("answer", summary.answer);
            add("</table>\n<table class=\"figures\"><tr>");
            for (const auto& [name, value] : summary.figures)
                add("<th>" + htmlText(name) + "</th>");
            add("</tr><tr>");
            for (const auto& [name, value] : summary.figures)
                add("<td>" + htmlText(value) + "</td>");
            add("</tr></table>\n");
            writeTroubles(summary);
        }

        void row(const char* name, std::string_view text)
        {
            if (!text.empty())
                add("<tr><th>" + std::string(name) + "</th><td class=\"said\">"
                    + htmlText(cutText(text)) + "</td></tr>\n");
        }

        void writeTroubles(const ReportSummary& summary)
        {
            if (summary.troubles.empty())
                return;
            add("<h3>Where it went wrong</h3>\n<ul class=\"troubles\">\n");
            for (const ReportTrouble& trouble : summary.troubles)
                add("<li>" + stepLink(trouble.span) + " <b>" + htmlText(m_trace.name(trouble.span))
                    + "</b> <span class=\"bad\">" + htmlText(headOf(trouble.text))
                    + "</span></li>\n");
            add("</ul>\n");
            if (summary.moreTroubles > 0)
                add("<p class=\"note\">" + std::to_string(summary.moreTroubles)
                    + " more are marked at their steps.</p>\n");
        }

        void writeNotesOf(SessionId session)
        {
            std::vector<const Annotation*> notes;
            for (const auto& [span, ofStep] : m_ofSteps) {
                if (m_trace.sessionOf(span) == session)
                    std::ranges::copy(ofStep, std::back_inserter(notes));
            }
            writeNotes(notes, "Notes and bookmarks");
        }

        void writeNotes(const std::vector<const Annotation*>& notes, const char* heading)
        {
            if (notes.empty())
                return;
            add("<h3>" + std::string(heading) + "</h3>\n<ul class=\"notes\">\n");
            for (const Annotation* note : notes) {
                const SpanId span = note->step ? findStep(m_trace, *note->step) : SpanId();
                add("<li>");
                if (span.isValid())
                    add(stepLink(span) + " <b>" + htmlText(m_trace.name(span)) + "</b> ");
                else if (note->step)
                    add("a step that is not in this trace, <b>" + htmlText(note->step->name)
                        + "</b> ");
                add(noteText(*note) + "</li>\n");
            }
            add("</ul>\n");
        }

        static std::string noteText(const Annotation& note)
        {
            if (note.kind == AnnotationKind::Bookmark)
                return "bookmark";
            std::string text = note.name.empty() ? "" : htmlText(note.name) + ": ";
            text += "<span class=\"said\">" + htmlText(note.text) + "</span>";
            std::string by = htmlText(note.author);
            by += (by.empty() ? "" : ", ") + readableTime(note.written);
            return text + " <span class=\"note\">(" + by + ")</span>";
        }

        void writeStep(const TranscriptStep& step)
        {
            const SpanId span = step.span;
            const bool isBad = m_trace.status(span) == SpanStatus::Error;
            const std::size_t depth = m_trace.depth(span);
            const auto notes = m_ofSteps.find(span);
            const bool hasNotes = notes != m_ofSteps.end();
            // What one is looking for is open when the page is printed.
            add("<details id=\"n" + std::to_string(span.index())
                + "\" style=\"--d:" + std::to_string(std::min(depth, kMaxIndent)) + "\""
                + (isBad || hasNotes || !step.edits.empty() ? " open" : "") + "><summary"
                + (isBad ? " class=\"bad\"" : "") + "><span class=\"facts\">"
                + htmlText(factsText(m_trace, span)) + "</span><span class=\"number\">"
                + std::to_string(span.index()) + "</span><span class=\"kind\">"
                + std::string(toWord(m_trace.kind(span))) + "</span> "
                + htmlText(m_trace.name(span)) + (isBad ? " — failed" : "")
                + " <span class=\"note\">" + htmlText(peekOf(step, m_trace.kind(span))) + "</span>"
                + (hasNotes ? " <span class=\"mark\">noted</span>" : "")
                + (step.edits.empty() ? "" : " <span class=\"mark\">edited</span>"));
            if (depth > kMaxIndent)
                add(" <span class=\"note\">(level " + std::to_string(depth + 1) + ")</span>");
            add("</summary>\n");
            if (hasNotes)
                for (const Annotation* note : notes->second)
                    add("<p class=\"mine\">" + noteText(*note) + "</p>");
            if (!step.problem.empty())
                add("<p class=\"note\">The payloads of this step could not be read: "
                    + htmlText(step.problem) + "</p>");
            for (const TranscriptEdit& edit : step.edits)
                writeEdit(edit);
            writePayloads(step);
            add("</details>\n");
        }

        void writeEdit(const TranscriptEdit& edit)
        {
            add("<div class=\"who\">edited " + htmlText(edit.path)
                + "</div><table class=\"edit\"><tr><th>before</th><th>after</th></tr><tr><td><pre>"
                + htmlText(cutText(edit.before)) + "</pre></td><td><pre>"
                + htmlText(cutText(edit.after)) + "</pre></td></tr></table>");
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
        std::map<SpanId, std::vector<const Annotation*>> m_ofSteps;
        std::vector<const Annotation*> m_others; ///< of sessions, and of steps that are not there
    };

} // namespace

Result<void> HtmlExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    return HtmlWriter(trace, m_annotations, sink, job).write();
}

} // namespace tracestore
