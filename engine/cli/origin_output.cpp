#include "engine/cli/origin_output.h"

#include "engine/cli/number_text.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

#include <cmath>

namespace engine::cli {

using tracestore::JsonWriter;
using tracestore::Origin;
using tracestore::OriginDirection;
using tracestore::OriginGaps;
using tracestore::OriginPiece;
using tracestore::OriginQuery;
using tracestore::OriginReport;
using tracestore::safeLine;
using tracestore::Trace;
using Style = Output::Style;

namespace {

    std::string countOf(std::size_t count, const char* what)
    {
        return countText(static_cast<std::int64_t>(count)) + ' ' + what;
    }

    std::string excerptText(const Output& out, const Origin& find)
    {
        const std::string_view text = find.excerpt;
        return safeLine(text.substr(0, find.markOffset))
            + out.styled(Style::Heading, safeLine(text.substr(find.markOffset, find.markLength)))
            + safeLine(text.substr(find.markOffset + find.markLength));
    }

    void writeFind(Output& out, const Trace& trace, const Origin& find)
    {
        std::string line = find.isFirst ? "  * " : "    ";
        line += std::to_string(find.span.value) + "  " + safeLine(trace.name(find.span)) + ", "
            + safeLine(find.label);
        if (!find.path.empty())
            line += ", " + safeLine(find.path);
        out.line(line);
        std::string how = std::string(toWord(tracestore::certaintyOf(find.confidence))) + ' '
            + std::to_string(std::lround(100 * find.confidence)) + " %, "
            + (find.isExact ? "exact" : "near") + ", by " + std::string(toWord(find.giver));
        if (find.share < 0.6)
            how += ", a part of it";
        if (find.copies > 0)
            how += ", sent along in "
                + countOf(find.copies, find.copies == 1 ? "later place" : "later places");
        out.line("      " + out.styled(Style::Faint, how));
        out.line("      " + excerptText(out, find));
    }

    std::string whyNone(const Trace& trace, const OriginQuery& query, const OriginReport& report)
    {
        if (query.direction == OriginDirection::Forward)
            return "found nowhere later";
        std::string text = "found nowhere before";
        if (!report.gaps.isEmpty())
            return text + "; it may have stood in what the trace does not hold";
        if (report.giver == tracestore::Giver::Model && report.writer.isValid())
            text += "; the model wrote it in step " + std::to_string(report.writer.value) + ", "
                + safeLine(trace.name(report.writer));
        return text;
    }

    void writeGaps(Output& out, const OriginGaps& gaps)
    {
        const auto say = [&](std::size_t count, const char* what) {
            if (count > 0)
                out.line(out.styled(Style::Doubtful, countOf(count, what)));
        };
        say(gaps.absent, "steps have no content in the trace.");
        say(gaps.cut, "steps are cut off in the trace.");
        say(gaps.redacted, "steps are masked or stored elsewhere.");
        say(gaps.unreadable, "steps cannot be read.");
    }

    void writeFindJson(JsonWriter& json, const Origin& find)
    {
        json.beginObject()
            .member("span", std::int64_t {find.span.value})
            .member("piece", static_cast<std::int64_t>(find.piece))
            .member("place", toWord(find.place.kind));
        const bool isMessage = find.place.kind == tracestore::TextPlaceKind::Input
            || find.place.kind == tracestore::TextPlaceKind::Output;
        if (isMessage)
            json.member("message", std::int64_t {find.place.message})
                .member("part", std::int64_t {find.place.part});
        json.member("label", std::string_view(find.label))
            .memberIfAny("path", std::string_view(find.path))
            .member("by", toWord(find.giver))
            .member("is_first", find.isFirst)
            .member("is_exact", find.isExact)
            .member("likeness", find.likeness)
            .member("share", find.share)
            .member("confidence", find.confidence)
            .member("certainty", toWord(tracestore::certaintyOf(find.confidence)))
            .member("copies", static_cast<std::int64_t>(find.copies))
            .member("offset", static_cast<std::int64_t>(find.offset))
            .member("length", static_cast<std::int64_t>(find.length))
            .member("excerpt", std::string_view(find.excerpt))
            .member("mark_offset", static_cast<std::int64_t>(find.markOffset))
            .member("mark_length", static_cast<std::int64_t>(find.markLength))
            .endObject();
    }

} // namespace

void writeOrigins(Output& out,
                  const Trace& trace,
                  const OriginQuery& query,
                  const OriginReport& report)
{
    std::size_t find = 0;
    for (std::size_t i = 0; i < report.pieces.size(); ++i) {
        const OriginPiece& piece = report.pieces[i];
        std::string title = piece.path.empty() ? "" : safeLine(piece.path) + ": ";
        title += safeLine(std::string_view(piece.text).substr(0, 160));
        out.line(out.styled(Style::Heading, title));
        if (piece.isCommon)
            out.line("    too common to tell where it is from");
        else if (piece.found == 0)
            out.line("    " + whyNone(trace, query, report));
        for (; find < report.finds.size() && report.finds[find].piece == i; ++find)
            writeFind(out, trace, report.finds[find]);
    }
    if (report.leftOut > 0)
        out.line(out.styled(Style::Faint, countOf(report.leftOut, "weaker places left out.")));
    if (report.isCut)
        out.line(out.styled(Style::Doubtful, "The text is long; its front was looked for."));
    writeGaps(out, report.gaps);
}

std::string
originsJson(const OriginQuery& query, const OriginReport& report, const std::string& file)
{
    std::string text;
    JsonWriter json(text, 2);
    json.beginObject()
        .member("file", std::string_view(file))
        .member("span", std::int64_t {query.span.value})
        .member("place", toWord(query.place.kind))
        .member("direction",
                query.direction == OriginDirection::Back ? std::string_view("back")
                                                         : std::string_view("forward"))
        .member("by", toWord(report.giver));
    if (report.writer.isValid())
        json.member("written_in", std::int64_t {report.writer.value});
    json.key("pieces").beginArray();
    for (const OriginPiece& piece : report.pieces)
        json.beginObject()
            .member("text", std::string_view(piece.text))
            .memberIfAny("path", std::string_view(piece.path))
            .member("found", static_cast<std::int64_t>(piece.found))
            .member("is_common", piece.isCommon)
            .endObject();
    json.endArray().key("finds").beginArray();
    for (const Origin& find : report.finds)
        writeFindJson(json, find);
    json.endArray()
        .member("left_out", static_cast<std::int64_t>(report.leftOut))
        .member("is_cut", report.isCut)
        .member("steps", static_cast<std::int64_t>(report.steps))
        .member("texts", static_cast<std::int64_t>(report.texts))
        .key("gaps")
        .beginObject()
        .member("absent", static_cast<std::int64_t>(report.gaps.absent))
        .member("cut", static_cast<std::int64_t>(report.gaps.cut))
        .member("redacted", static_cast<std::int64_t>(report.gaps.redacted))
        .member("unreadable", static_cast<std::int64_t>(report.gaps.unreadable))
        .endObject()
        .endObject();
    return text;
}

} // namespace engine::cli
