#include "tracestore/export/markdown_exporter.h"

#include "tracestore/base/safe_text.h"
#include "tracestore/export/export_buffer.h"
#include "tracestore/export/transcript.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Headings deeper than this all look the same.
    constexpr std::size_t kMaxHeading = 6;

    /// A fence that no line of the text can close.
    std::string fenceFor(std::string_view text)
    {
        std::size_t longest = 2;
        std::size_t run = 0;
        for (const char c : text) {
            run = c == '`' ? run + 1 : 0;
            longest = std::max(longest, run);
        }
        return std::string(longest + 1, '`');
    }

    /// A text of strangers inside a line: nothing of it is markup.
    std::string inlineText(std::string_view text)
    {
        std::string escaped;
        for (const char c : safeLine(text)) {
            if (std::string_view("\\`*_[]|<>~&").find(c) != std::string_view::npos)
                escaped += '\\';
            escaped += c;
        }
        return escaped;
    }

    bool looksLikeJson(std::string_view text)
    {
        return text.starts_with('{') || text.starts_with('[');
    }

    class MarkdownWriter
    {
    public:
        MarkdownWriter(const Trace& trace, ByteSink& sink, Job& job)
            : m_trace(trace)
            , m_buffer(sink)
            , m_job(job)
        { }

        Result<void> write()
        {
            m_job.expect(m_trace.spanCount());
            paragraph("# " + inlineText(titleOf(m_trace)));
            paragraph("Read from " + inlineText(m_trace.origin().formatName) + '.');
            for (std::size_t i = 0; i < m_trace.sessions().size(); ++i) {
                writeSession(m_trace.sessions()[i]);
                auto done = readTranscript(m_trace, SessionId(i), m_job, [this](const auto& step) {
                    writeStep(step);
                    return m_buffer.flushIfFull();
                });
                if (!done)
                    return done;
            }
            return m_buffer.flush();
        }

    private:
        void paragraph(const std::string& text) { m_buffer.text() += text + "\n\n"; }

        void block(std::string_view label, std::string_view text)
        {
            paragraph("**" + inlineText(label) + "**");
            const std::string safe = safeText(text);
            const std::string fence = fenceFor(safe);
            paragraph(fence + (looksLikeJson(safe) ? "json\n" : "text\n") + safe
                      + (safe.ends_with('\n') ? "" : "\n") + fence);
        }

        void writeSession(const Session& session)
        {
            if (m_trace.sessions().size() > 1)
                paragraph("## " + inlineText(titleOf(session)));
            std::string facts;
            const auto fact = [&](std::string_view label, std::string_view text) {
                if (!text.empty())
                    facts += "- " + std::string(label) + ": " + inlineText(text) + '\n';
            };
            fact("session", session.key);
            fact("folder", session.cwd);
            if (session.started)
                fact("started", formatIsoTimestamp(*session.started));
            fact("outcome", judgementText(session));
            if (!facts.empty())
                paragraph(facts);
        }

        void writeStep(const TranscriptStep& step)
        {
            const SpanId span = step.span;
            // What a message said stands at its turn.
            if (m_trace.kind(span) == SpanKind::Message && step.blocks.empty()
                && step.problem.empty())
                return;
            const std::size_t level = std::min(kMaxHeading, 3 + m_trace.depth(span));
            std::string heading(level, '#');
            heading += ' ' + std::string(toWord(m_trace.kind(span)));
            if (!m_trace.name(span).empty())
                heading += ": " + inlineText(m_trace.name(span));
            if (m_trace.status(span) == SpanStatus::Error)
                heading += " (failed)";
            paragraph(heading);
            if (const std::string facts = factsText(m_trace, span); !facts.empty())
                paragraph('*' + inlineText(facts) + '*');
            if (!step.problem.empty())
                paragraph("The payloads of this step could not be read: "
                          + inlineText(step.problem));
            for (const TranscriptBlock& one : step.blocks)
                block(one.label, one.text);
        }

        const Trace& m_trace;
        ExportBuffer m_buffer;
        Job& m_job;
    };

} // namespace

Result<void> MarkdownExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    return MarkdownWriter(trace, sink, job).write();
}

} // namespace tracestore
