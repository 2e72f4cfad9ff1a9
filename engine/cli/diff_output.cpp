#include "engine/cli/diff_output.h"

#include "engine/cli/text_table.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/compare/text_difference.h"

#include <algorithm>

namespace engine::cli {

using tracestore::Comparison;
using tracestore::DifferenceLine;
using tracestore::FieldPair;
using tracestore::MetricRow;
using tracestore::PairState;
using tracestore::safeLine;
using tracestore::SpanId;
using tracestore::StepPair;
using Style = Output::Style;
using LineKind = DifferenceLine::Kind;

namespace {

    /// A field shows no more lines; --json and --html have all.
    constexpr std::size_t kShownLines = 40;
    constexpr std::size_t kAnswerBytes = 600;

    std::string frontOf(const std::string& text, std::size_t bytes)
    {
        if (text.size() <= bytes)
            return text;
        while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
            --bytes;
        return text.substr(0, bytes) + "…";
    }

    std::string numberOf(SpanId span)
    {
        return span.isValid() ? std::to_string(span.index()) : "";
    }

    class DiffWriter
    {
    public:
        DiffWriter(Output& out, const Comparison& comparison)
            : m_out(out)
            , m_comparison(comparison)
        { }

        void heading(const char* text)
        {
            m_out.line("");
            m_out.line(m_out.styled(Style::Heading, text));
        }

        void first()
        {
            const auto& row = m_comparison.alignment.firstDivergence;
            if (!row)
                return;
            heading("Where they part");
            const StepPair& pair = m_comparison.alignment.pairs[*row];
            const auto side = [](const char* name, SpanId span) {
                return span.isValid() ? std::string(name) + " step " + numberOf(span)
                                      : "not in " + std::string(name);
            };
            m_out.line("  " + side("A", pair.a) + ", " + side("B", pair.b) + ": "
                       + safeLine(titleOf(m_comparison, pair)) + ", "
                       + describe(m_comparison, pair));
            fields(pair);
        }

        void differences()
        {
            if (m_comparison.isSame())
                return;
            heading("Differences  (~ changed, - only in A, + only in B)");
            const auto& pairs = m_comparison.alignment.pairs;
            std::size_t equal = 0;
            TextTable table(m_out,
                            {{"", TextTable::Align::Left},
                             {"A", TextTable::Align::Right},
                             {"B", TextTable::Align::Right},
                             {"step", TextTable::Align::Left},
                             {"what", TextTable::Align::Left}});
            for (const StepPair& pair : pairs) {
                if (pair.state == PairState::Equal) {
                    ++equal;
                    continue;
                }
                skipped(table, equal);
                equal = 0;
                const char* sign = pair.state == PairState::OnlyA ? "-"
                    : pair.state == PairState::OnlyB              ? "+"
                                                                  : "~";
                const std::size_t indent = std::min<std::size_t>(pair.depth, kMostIndent);
                table.add({sign,
                           numberOf(pair.a),
                           numberOf(pair.b),
                           std::string(indent, ' ')
                               + frontOf(safeLine(titleOf(m_comparison, pair)), kTitleBytes),
                           describe(m_comparison, pair)});
            }
            skipped(table, equal);
        }

        void metrics()
        {
            heading("Figures  (? is not known)");
            TextTable table(m_out,
                            {{"", TextTable::Align::Left},
                             {"A", TextTable::Align::Right},
                             {"B", TextTable::Align::Right},
                             {"difference", TextTable::Align::Left}});
            for (const MetricRow& row : m_comparison.metrics) {
                if (row.a || row.b)
                    table.add({safeLine(row.label),
                               figureText(row, row.a),
                               figureText(row, row.b),
                               differenceText(row)});
            }
        }

        void answers()
        {
            const auto& a = m_comparison.answerA;
            const auto& b = m_comparison.answerB;
            if (!a.span.isValid() && !b.span.isValid())
                return;
            if (a.text == b.text) {
                heading("Both answer");
                m_out.line(indented(a.text));
                return;
            }
            heading("A answers");
            m_out.line(a.span.isValid() ? indented(a.text) : "  (nothing in words)");
            heading("B answers");
            m_out.line(b.span.isValid() ? indented(b.text) : "  (nothing in words)");
        }

    private:
        static constexpr std::size_t kMostIndent = 12;
        static constexpr std::size_t kTitleBytes = 56;

        static void skipped(TextTable& table, std::size_t equal)
        {
            if (equal > 0)
                table.add({"",
                           "",
                           "",
                           "... " + std::to_string(equal)
                               + (equal == 1 ? " that is the same" : " that are the same"),
                           ""});
        }

        static std::string indented(const std::string& text)
        {
            std::string lines = "  ";
            for (const char c : tracestore::safeText(frontOf(text, kAnswerBytes)))
                lines += c == '\n' ? "\n  " : std::string(1, c);
            return lines;
        }

        void fields(const StepPair& pair)
        {
            const auto all = tracestore::stepDifference({m_comparison.a.trace, pair.a},
                                                        {m_comparison.b.trace, pair.b});
            if (!all) {
                m_out.line("  " + safeLine(all.error().message));
                return;
            }
            for (const FieldPair& field : *all) {
                if (!isWorthTelling(pair, field))
                    continue;
                m_out.line("  " + std::string(titleOf(field.field)));
                lines(field.isJson ? tracestore::jsonDifference(field.a, field.b)
                                   : tracestore::differenceOf(field.a, field.b));
            }
        }

        void lines(const std::vector<DifferenceLine>& all)
        {
            const std::size_t shown = std::min(all.size(), kShownLines);
            for (std::size_t i = 0; i < shown; ++i) {
                const DifferenceLine& line = all[i];
                const std::string text = safeLine(line.text);
                if (line.kind == LineKind::Removed)
                    m_out.line("    " + m_out.styled(Style::Bad, "- " + text));
                else if (line.kind == LineKind::Added)
                    m_out.line("    " + m_out.styled(Style::Good, "+ " + text));
                else
                    m_out.line("      " + text);
            }
            if (shown < all.size())
                m_out.line("      ... " + std::to_string(all.size() - shown)
                           + " more lines (--json and --html have them)");
        }

        Output& m_out;
        const Comparison& m_comparison;
    };

} // namespace

void writeComparison(Output& out,
                     const Comparison& comparison,
                     const tracestore::ComparedNames& names)
{
    out.line("A  " + safeLine(names.a));
    out.line("B  " + safeLine(names.b));
    out.line("");
    out.line(summaryText(comparison));
    DiffWriter writer(out, comparison);
    writer.first();
    writer.differences();
    writer.metrics();
    writer.answers();
}

} // namespace engine::cli
