#include "engine/cli/lint_output.h"

#include "engine/cli/number_text.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine::cli {

using tracestore::Finding;
using tracestore::JsonWriter;
using tracestore::safeLine;
using tracestore::Severity;
using Style = Output::Style;

namespace {

    constexpr std::size_t kSeverityWidth = 9;
    constexpr std::size_t kLineWidth = 90;

    Style styleOf(Severity severity)
    {
        switch (severity) {
        case Severity::Note:
            return Style::Faint;
        case Severity::Warning:
            return Style::Doubtful;
        case Severity::Error:
            break;
        }
        return Style::Bad;
    }

    std::string lintPlace(const LintedFile& file, std::size_t i)
    {
        const Finding& finding = file.report.findings[i];
        const LintedFile::Place& place = file.places[i];
        const std::string line = !finding.steps.empty()
            ? "step " + std::to_string(finding.steps.front().value) + ": "
            : place.line == 0
            ? std::string()
            : std::to_string(place.line) + ':' + std::to_string(place.column) + ": ";
        return finding.field.empty() ? line : line + safeLine(finding.field) + ": ";
    }

    /// Sentences behind blanks, broken between words.
    void writeWrapped(Output& out, std::string_view text)
    {
        const std::string clean = safeLine(text);
        std::string line;
        for (std::size_t at = 0; at < clean.size();) {
            const std::size_t end = std::min(clean.find(' ', at), clean.size());
            const std::string_view word = std::string_view(clean).substr(at, end - at);
            if (!line.empty() && line.size() + word.size() + 1 > kLineWidth) {
                out.line(std::string(kSeverityWidth, ' ') + line);
                line.clear();
            }
            line += (line.empty() ? "" : " ") + std::string(word);
            at = end + 1;
        }
        if (!line.empty())
            out.line(std::string(kSeverityWidth, ' ') + line);
    }

    std::string countOf(const std::vector<Finding>& findings, Severity severity)
    {
        const auto count = std::ranges::count(findings, severity, &Finding::severity);
        return countText(count) + ' ' + std::string(toWord(severity)) + (count == 1 ? "" : "s");
    }

    void writeSums(Output& out, const LintedFile& file)
    {
        const auto& report = file.report;
        std::string text = report.findings.empty() ? "Nothing was found"
                                                   : countOf(report.findings, Severity::Error)
                + ", " + countOf(report.findings, Severity::Warning) + ", "
                + countOf(report.findings, Severity::Note);
        if (!file.isConfiguration)
            text += " in " + countText(static_cast<std::int64_t>(report.steps))
                + (report.steps == 1 ? " call" : " calls") + " of models and tools";
        out.line(text + '.');
        for (const auto& more : report.leftOut)
            out.line(countText(static_cast<std::int64_t>(more.count)) + " more by the rule "
                     + more.rule + " are not told.");
        const auto blind = static_cast<std::int64_t>(report.withoutContent + report.unreadable);
        if (blind > 0)
            out.line("Of " + countText(blind) + (blind == 1 ? " call" : " calls")
                     + " the trace holds no content: what is said there could not be looked at.");
    }

    void writeFindingJson(JsonWriter& json, const LintedFile& file, std::size_t i)
    {
        const Finding& finding = file.report.findings[i];
        json.beginObject()
            .member("rule", std::string_view(finding.rule))
            .member("severity", toWord(finding.severity))
            .key("steps")
            .beginArray();
        for (const tracestore::SpanId step : finding.steps)
            json.value(std::int64_t {step.value});
        json.endArray()
            .memberIfAny("step_name", std::string_view(file.places[i].stepName))
            .memberIfAny("field", std::string_view(finding.field));
        if (file.places[i].line > 0)
            json.member("line", static_cast<std::int64_t>(file.places[i].line))
                .member("column", static_cast<std::int64_t>(file.places[i].column));
        json.member("title", std::string_view(finding.title))
            .member("explanation", std::string_view(finding.explanation))
            .member("way_out", std::string_view(finding.wayOut))
            .key("figures")
            .beginArray();
        for (const auto& figure : finding.figures)
            json.beginObject()
                .member("name", std::string_view(figure.name))
                .member("value", figure.value)
                .memberIfAny("unit", std::string_view(figure.unit))
                .endObject();
        json.endArray().endObject();
    }

} // namespace

void writeLint(Output& out, const LintedFile& file, bool isNamed, bool isBrief)
{
    if (isNamed)
        out.line(out.styled(Style::Heading, safeLine(file.file)));
    for (std::size_t i = 0; i < file.report.findings.size(); ++i) {
        const Finding& finding = file.report.findings[i];
        out.line(out.styled(styleOf(finding.severity),
                            alignLeft(std::string(toWord(finding.severity)), kSeverityWidth))
                 + lintPlace(file, i) + safeLine(finding.title)
                 + out.styled(Style::Faint, "  [" + finding.rule + ']'));
        if (isBrief)
            continue;
        writeWrapped(out, finding.explanation);
        writeWrapped(out, finding.wayOut);
    }
    writeSums(out, file);
}

std::string lintJson(const std::vector<LintedFile>& files)
{
    std::string text;
    JsonWriter json(text, 2);
    json.beginObject().key("files").beginArray();
    for (const LintedFile& file : files) {
        json.beginObject()
            .member("file", std::string_view(file.file))
            .member("kind", std::string_view(file.isConfiguration ? "configuration" : "trace"))
            .member("steps", static_cast<std::int64_t>(file.report.steps))
            .member("unreadable", static_cast<std::int64_t>(file.report.unreadable))
            .member("without_content", static_cast<std::int64_t>(file.report.withoutContent))
            .key("findings")
            .beginArray();
        for (std::size_t i = 0; i < file.report.findings.size(); ++i)
            writeFindingJson(json, file, i);
        json.endArray().key("left_out").beginArray();
        for (const auto& more : file.report.leftOut)
            json.beginObject()
                .member("rule", std::string_view(more.rule))
                .member("count", static_cast<std::int64_t>(more.count))
                .endObject();
        json.endArray().endObject();
    }
    json.endArray().endObject();
    return text;
}

} // namespace engine::cli
