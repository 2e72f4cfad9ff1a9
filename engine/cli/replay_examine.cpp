#include "engine/cli/replay_examine.h"

#include "engine/cli/run_world.h"
#include "engine/runtime/replay_doctor.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <algorithm>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    bool isCause(const DoctorFinding& finding)
    {
        return finding.level == DoctorFinding::Level::Cause;
    }

    void writeFinding(Output& out, const DoctorFinding& finding)
    {
        const std::string where = finding.effect.empty() ? std::string()
            : finding.event == 0
            ? finding.effect + ": "
            : finding.effect + ", event " + std::to_string(finding.event) + ": ";
        out.line(out.styled(isCause(finding) ? Output::Style::Bad : Output::Style::Doubtful,
                            isCause(finding) ? "cause " : "risk  ")
                 + safeLine(where + finding.what));
        out.line("      " + safeLine(finding.wayOut));
    }

    nlohmann::json findingJson(const DoctorFinding& finding)
    {
        return {{"level", toWord(finding.level)},
                {"kind", finding.kind},
                {"step", finding.effect},
                {"event", finding.event},
                {"what", finding.what},
                {"way_out", finding.wayOut}};
    }

    void writeDoctor(const ReplayDoctor& doctor, bool isJson, CommandContext& context)
    {
        if (isJson) {
            nlohmann::json list = nlohmann::json::array();
            for (const DoctorFinding& finding : doctor.findings())
                list.push_back(findingJson(finding));
            nlohmann::json value {{"findings", std::move(list)}};
            if (!doctor.problem().empty())
                value["problem"] = doctor.problem();
            context.out.line(tracestore::toJsonText(value, 2));
            return;
        }
        for (const DoctorFinding& finding : doctor.findings())
            writeFinding(context.out, finding);
        if (!doctor.problem().empty())
            context.err.line("kymo: " + safeLine(doctor.problem()));
        else if (doctor.findings().empty())
            context.out.line("Nothing was found that would make it do otherwise in another run.");
    }

} // namespace

ExitCode examineReplay(ReplayedRun run, bool isJson, CommandContext& context)
{
    const CommandLoop loop;
    ReplayDoctor doctor(std::move(run));
    QObject::connect(&doctor, &ReplayDoctor::finished, qApp, &QCoreApplication::quit);
    doctor.start();
    QCoreApplication::exec();
    writeDoctor(doctor, isJson, context);
    const bool isBad = !doctor.problem().empty() || std::ranges::any_of(doctor.findings(), isCause);
    return isBad ? ExitCode::Failed : ExitCode::Done;
}

} // namespace engine::cli
