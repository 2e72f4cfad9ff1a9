#include "engine/cli/replay_text.h"

#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

namespace engine::cli {

using tracestore::safeLine;
using tracestore::safeText;

namespace {

    std::string counted(std::int64_t number, const std::string& what)
    {
        return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
    }

    void writeDivergence(Output& out, const ReplayDivergence& divergence)
    {
        const std::string where
            = divergence.effect.empty() ? "agent " + divergence.agent : "step " + divergence.effect;
        const std::string event = divergence.event == 0
            ? "behind the last event of the recording"
            : "event " + std::to_string(divergence.event) + " of the recording";
        out.line(out.styled(
            Output::Style::Bad,
            safeLine("Diverges at " + where + " (" + divergence.what + "), " + event + '.')));
        if (divergence.kind != ReplayDivergence::Kind::Different) {
            out.line("  " + safeText(divergence.message));
            return;
        }
        out.line("  " + safeLine(divergence.field));
        if (divergence.recorded.empty() && divergence.now.empty())
            return;
        out.line("  recorded: " + safeLine(divergence.recorded));
        out.line("  now:      " + safeLine(divergence.now));
    }

} // namespace

nlohmann::json
checkJson(const std::string& file, const std::string& which, const ReplayCheckReport& report)
{
    nlohmann::json value {{"file", file},
                          {"same", report.isSame()},
                          {"events", report.events},
                          {"steps", report.steps},
                          {"configuration", which}};
    if (report.divergence)
        value["divergence"] = toJson(*report.divergence);
    if (!report.problem.empty())
        value["problem"] = report.problem;
    return value;
}

void writeCheck(Output& out, Output& err, const std::string& file, const ReplayCheckReport& report)
{
    if (report.divergence)
        writeDivergence(out, *report.divergence);
    else if (!report.problem.empty())
        err.line("kymo: " + safeText(report.problem));
    else
        out.line(safeLine(file + ": " + counted(report.steps, "step") + ", "
                          + counted(report.events, "event")
                          + ", all the same. Nothing was done outside."));
}

} // namespace engine::cli
