#include "gui/replay/replay_texts.h"

#include "gui/theme/format.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EffectKind;
using engine::ReplayChoice;
using engine::ReplayDivergence;
using engine::ReplayMode;
using engine::ReplayQuestion;

namespace {

    QString replayWord(const char* text)
    {
        return QCoreApplication::translate("gui::ReplayTexts", text);
    }

    QString subjectName(const ReplayQuestion& question)
    {
        const QString name = singleLine(question.name, 80);
        return question.kind == EffectKind::Model ? replayWord("model %1").arg(name)
                                                  : replayWord("tool %1").arg(name);
    }

    QString capital(QString text)
    {
        if (!text.isEmpty())
            text[0] = text[0].toUpper();
        return text;
    }

} // namespace

QString replayModeName(ReplayMode mode)
{
    switch (mode) {
    case ReplayMode::Recorded:
        return replayWord("the recording");
    case ReplayMode::Static:
        return replayWord("a fixed answer");
    case ReplayMode::Live:
        return replayWord("really runs");
    case ReplayMode::Ask:
        return replayWord("ask me each time");
    case ReplayMode::Blocked:
        return replayWord("blocked");
    }
    return {};
}

QString replayChoiceName(ReplayChoice choice)
{
    switch (choice) {
    case ReplayChoice::UseRecorded:
        return replayWord("Use the recorded result once");
    case ReplayChoice::TreatAsEqual:
        return replayWord("Treat as equal from now on");
    case ReplayChoice::LiveOnce:
        return replayWord("Go live for this call");
    case ReplayChoice::LiveFromHere:
        return replayWord("Go live from here");
    case ReplayChoice::Answer:
        return replayWord("Answer myself…");
    case ReplayChoice::Fork:
        return replayWord("Fork here…");
    case ReplayChoice::Stop:
        return replayWord("Stop the replay");
    }
    return {};
}

QString replayChoiceHelp(ReplayChoice choice, const ReplayQuestion& question)
{
    const QString name = singleLine(question.name, 80);
    const bool isModel = question.kind == EffectKind::Model;
    switch (choice) {
    case ReplayChoice::UseRecorded:
        return replayWord("The agent gets what came back then, for this step only.");
    case ReplayChoice::TreatAsEqual:
        return replayWord("The same, and texts that differ in this way alone count as equal from "
                          "now on. The rule above can be changed first.");
    case ReplayChoice::LiveOnce:
        if (isModel)
            return replayWord("%1 is really asked now, which costs.").arg(name);
        return engine::reachesOutside(question.effectClass)
            ? replayWord("%1 really runs now: what it writes or does outside is done again.")
                  .arg(name)
            : replayWord("%1 really runs now; it only reads.").arg(name);
    case ReplayChoice::LiveFromHere:
        return replayWord("This and all that comes really happens. Models cost; tools that write "
                          "or reach outside still ask first.");
    case ReplayChoice::Answer:
        return replayWord("The agent gets what you type. Nothing is called.");
    case ReplayChoice::Fork:
        return replayWord("A branch begins here, in a file of its own. The question stays.");
    case ReplayChoice::Stop:
        return replayWord("Ends here. What was replayed so far stays.");
    }
    return {};
}

QString replayQuestionTitle(const ReplayQuestion& question)
{
    const QString name = capital(subjectName(question));
    switch (question.cause) {
    case ReplayQuestion::Cause::Diverged:
        return question.path.empty() ? replayWord("%1 is asked for something else now").arg(name)
                                     : replayWord("%1 is asked for something else now: %2 differs")
                                           .arg(name, singleLine(question.path, 80));
    case ReplayQuestion::Cause::NotRecorded:
        return replayWord("%1 is not in the recording here").arg(name);
    case ReplayQuestion::Cause::Asked:
        return replayWord("%1: you wanted to be asked").arg(name);
    }
    return {};
}

QString replayStatusText(const engine::ReplayStatus& replay, bool isSame, bool isBranch)
{
    const bool isAllRecorded = replay.live == 0 && replay.fixed == 0 && replay.answered == 0
        && replay.blocked == 0 && !replay.isLiveFromHere;
    if (isSame && isAllRecorded && replay.recorded > 0)
        return replayWord("Replayed %1: all %2 outcomes came from the recording, and nothing that "
                          "was asked for differed.")
            .arg(QFileInfo(toText(replay.source)).fileName(), formatCount(replay.recorded));
    const QString source = QFileInfo(toText(replay.source)).fileName();
    QStringList parts {
        (isBranch ? replayWord("branch of %1") : replayWord("replay of %1")).arg(source)};
    const auto add = [&](const char* text, std::int64_t count) {
        if (count > 0)
            parts << replayWord(text).arg(formatCount(count));
    };
    // A branch has its beginning from there in any case: only what it took behind that is told.
    if (!isBranch || replay.recorded > 0)
        parts << replayWord("%1 from the recording").arg(formatCount(replay.recorded));
    add("%1 fixed", replay.fixed);
    add("%1 answered by you", replay.answered);
    add("%1 live", replay.live);
    add("%1 blocked", replay.blocked);
    if (replay.isLiveFromHere)
        parts << replayWord("live from here on");
    if (!replay.questions.empty())
        parts << replayWord("waits for you");
    return parts.join(u" · "_s);
}

QString replayCheckText(const engine::ReplayCheckReport& report)
{
    if (!report.problem.empty())
        return visibleText(toText(report.problem));
    if (!report.divergence)
        return replayWord("Replayed: %1 of %1 steps identical. Nothing was done outside.")
            .arg(formatCount(report.steps));
    const ReplayDivergence& at = *report.divergence;
    const QString where = at.effect.empty()
        ? replayWord("agent %1").arg(singleLine(at.agent, 80))
        : replayWord("%1 (step %2)").arg(singleLine(at.what, 80), singleLine(at.effect, 80));
    const QString event = at.event == 0
        ? replayWord("behind the last event of the recording")
        : replayWord("event %1 of the recording").arg(formatCount(at.event));
    const QString what = at.kind == ReplayDivergence::Kind::Different
        ? singleLine(at.field, 120)
        : visibleText(toText(at.message));
    return replayWord("Differs at %1, %2: %3").arg(where, event, what);
}

} // namespace gui
