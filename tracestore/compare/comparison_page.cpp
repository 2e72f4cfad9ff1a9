#include "tracestore/compare/comparison_page.h"

#include "tracestore/compare/step_difference.h"
#include "tracestore/compare/text_difference.h"
#include "tracestore/export/export_buffer.h"
#include "tracestore/export/html_page.h"

#include <algorithm>

namespace tracestore {
namespace {

    using LineKind = DifferenceLine::Kind;

    constexpr std::string_view kPageStyle = R"(<style>
.row{display:grid;grid-template-columns:1.5em 4em 4em 1fr auto;gap:0 8px;padding:2px 0;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.row{margin-left:1.2em}summary>.row{display:inline-grid;margin-left:.2em;
width:calc(100% - 1.4em);vertical-align:top;border:0;padding:0}
.row .t{padding-left:calc(var(--d,0)*16px)}.row .w{color:var(--faint)}
.same{color:var(--faint)}.gone,.gone b{color:#b3261e}.new,.new b{color:#1a7f37}
.first{border-left:3px solid var(--badge);padding-left:8px}
pre .del{display:block;background:rgba(200,40,40,.14)}pre .ins{display:block;
background:rgba(30,150,60,.16)}pre b{font-weight:700;text-decoration:underline}
.two{display:grid;grid-template-columns:1fr 1fr;gap:16px}
@media(prefers-color-scheme:dark){.gone,.gone b{color:#ff8a80}.new,.new b{color:#7ddc8f}}
</style>
)";

    std::string signOf(const StepPair& pair)
    {
        switch (pair.state) {
        case PairState::Equal:
            return "=";
        case PairState::Changed:
            return "~";
        case PairState::OnlyA:
            return "−";
        case PairState::OnlyB:
            return "+";
        }
        return "=";
    }

    std::string numberText(SpanId span)
    {
        return span.isValid() ? std::to_string(span.index()) : std::string();
    }

    class PageWriter
    {
    public:
        PageWriter(const Comparison& comparison,
                   const ComparedNames& names,
                   ByteSink& sink,
                   Job& job)
            : m_comparison(comparison)
            , m_names(names)
            , m_buffer(sink)
            , m_job(job)
        { }

        Result<void> write()
        {
            add(htmlHead("Comparison of " + m_names.a + " and " + m_names.b));
            add(kPageStyle);
            add("<h1>Comparison</h1>\n<table class=\"summary\"><tr><th>A</th><td>"
                + htmlText(m_names.a) + "</td></tr><tr><th>B</th><td>" + htmlText(m_names.b)
                + "</td></tr></table>\n<p>" + htmlText(summaryText(m_comparison)) + "</p>\n");
            writeFirst();
            add("<h2>Figures</h2>\n");
            writeMetrics();
            add("<h2>Answers</h2>\n<div class=\"two\">");
            writeAnswer("A", m_comparison.answerA);
            writeAnswer("B", m_comparison.answerB);
            add("</div>\n<h2>Steps</h2>\n<p class=\"note\">= the same, ~ changed, − only in A, "
                "+ only in B. Numbers are those of the steps in A and in B. Click a change to see "
                "what differs.</p>\n");
            if (auto done = writeSteps(); !done)
                return done;
            add("</body></html>\n");
            return m_buffer.flush();
        }

    private:
        void add(std::string_view html) { m_buffer.text() += html; }

        void writeFirst()
        {
            const auto& first = m_comparison.alignment.firstDivergence;
            if (!first)
                return;
            add("<h2>Where they part</h2>\n<div class=\"first\">");
            writeHead(m_comparison.alignment.pairs[*first], false);
            writeFields(m_comparison.alignment.pairs[*first]);
            add("</div>\n<p class=\"note\">The first difference that is not made good again. It "
                "need not be the cause of those behind it.</p>\n");
        }

        void writeMetrics()
        {
            bool isAllKnown = true;
            add("<table><tr><th>figure</th><th>A</th><th>B</th><th>difference</th></tr>\n");
            for (const MetricRow& row : m_comparison.metrics) {
                if (!row.a && !row.b)
                    continue;
                isAllKnown = isAllKnown && row.a && row.b;
                add("<tr><td>" + htmlText(row.label) + "</td><td class=\"n\">"
                    + htmlText(figureText(row, row.a)) + "</td><td class=\"n\">"
                    + htmlText(figureText(row, row.b)) + "</td><td class=\"n\">"
                    + htmlText(differenceText(row)) + "</td></tr>\n");
            }
            add("</table>\n");
            if (!isAllKnown)
                add("<p class=\"note\">? is not known.</p>\n");
        }

        void writeAnswer(const char* side, const FinalAnswer& answer)
        {
            add("<div><h3>" + std::string(side));
            if (answer.outcome != SpanStatus::Unknown)
                add(", " + htmlText(toWord(answer.outcome)));
            add("</h3><div class=\"said\">"
                + (answer.span.isValid() ? htmlText(answer.text)
                                         : std::string("No answer in words is known."))
                + "</div></div>");
        }

        Result<void> writeSteps()
        {
            const auto& pairs = m_comparison.alignment.pairs;
            for (std::size_t i = 0; i < pairs.size();) {
                if (m_job.isCancelled())
                    return cancelled();
                std::size_t end = i;
                while (end < pairs.size() && pairs[end].state == PairState::Equal)
                    ++end;
                writeEqual(i, end);
                if (end < pairs.size())
                    writeDifference(end++);
                i = end;
                if (auto done = m_buffer.flushIfFull(); !done)
                    return done;
            }
            return {};
        }

        /// Many that are the same are folded.
        void writeEqual(std::size_t first, std::size_t end)
        {
            constexpr std::size_t kFew = 3;
            const bool isFolded = end - first > kFew;
            if (isFolded)
                add("<details><summary class=\"same\">" + std::to_string(end - first)
                    + " steps are the same</summary>");
            for (std::size_t i = first; i < end; ++i)
                writeHead(m_comparison.alignment.pairs[i], true);
            if (isFolded)
                add("</details>\n");
        }

        void writeDifference(std::size_t row)
        {
            const StepPair& pair = m_comparison.alignment.pairs[row];
            const bool isFirst = m_comparison.alignment.firstDivergence == row;
            add("<details" + std::string(isFirst ? " class=\"first\" open>" : ">") + "<summary>");
            writeHead(pair, true);
            add("</summary>");
            writeFields(pair);
            add("</details>\n");
        }

        void writeHead(const StepPair& pair, bool isIndented)
        {
            constexpr std::uint32_t kMostIndent = 24;
            const char* look = pair.state == PairState::OnlyA ? " gone"
                : pair.state == PairState::OnlyB              ? " new"
                : pair.state == PairState::Equal              ? " same"
                                                              : "";
            const std::uint32_t depth = isIndented ? std::min(pair.depth, kMostIndent) : 0;
            add("<span class=\"row" + std::string(look) + "\"><span>" + signOf(pair)
                + "</span><span>" + numberText(pair.a) + "</span><span>" + numberText(pair.b)
                + "</span><span class=\"t\" style=\"--d:" + std::to_string(depth) + "\">"
                + htmlText(titleOf(m_comparison, pair)) + "</span><span class=\"w\">"
                + (pair.state == PairState::Equal ? std::string()
                                                  : htmlText(describe(m_comparison, pair)))
                + "</span></span>\n");
        }

        void writeFields(const StepPair& pair)
        {
            const auto fields
                = stepDifference({m_comparison.a.trace, pair.a}, {m_comparison.b.trace, pair.b});
            if (!fields) {
                add("<p class=\"bad\">" + htmlText(fields.error().message) + "</p>");
                return;
            }
            for (const FieldPair& field : *fields) {
                if (!isWorthTelling(pair, field))
                    continue;
                add("<h3>" + htmlText(titleOf(field.field)) + "</h3><pre>");
                writeLines(field.isJson ? jsonDifference(field.a, field.b)
                                        : differenceOf(field.a, field.b));
                add("</pre>");
            }
        }

        void writeLines(const std::vector<DifferenceLine>& lines)
        {
            const std::size_t shown = std::min(lines.size(), kMostLines);
            for (std::size_t i = 0; i < shown; ++i)
                writeLine(lines[i]);
            if (shown < lines.size())
                add("\n" + std::to_string(lines.size() - shown)
                    + " more lines are not shown here.");
        }

        void writeLine(const DifferenceLine& line)
        {
            const bool isRemoved = line.kind == LineKind::Removed;
            if (!isRemoved && line.kind != LineKind::Added) {
                add("  " + htmlText(line.text) + "\n");
                return;
            }
            add(isRemoved ? "<span class=\"del\">- " : "<span class=\"ins\">+ ");
            std::size_t at = 0;
            for (const auto& [first, size] : line.changed) {
                add(htmlText(std::string_view(line.text).substr(at, first - at)) + "<b>"
                    + htmlText(std::string_view(line.text).substr(first, size)) + "</b>");
                at = first + size;
            }
            add(htmlText(std::string_view(line.text).substr(at)) + "</span>");
        }

        const Comparison& m_comparison;
        const ComparedNames& m_names;
        ExportBuffer m_buffer;
        Job& m_job;
    };

} // namespace

Result<void> writeComparisonPage(const Comparison& comparison,
                                 const ComparedNames& names,
                                 ByteSink& sink,
                                 Job& job)
{
    return PageWriter(comparison, names, sink, job).write();
}

} // namespace tracestore
