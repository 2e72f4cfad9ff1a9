// Commands that change what is held.
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "engine/cli/debugger/text_file.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QDir>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::safeText;

namespace {

    constexpr std::size_t kShownValue = 200;

    /// The part of a state's path, where one is meant.
    std::optional<std::string> statePath(std::string_view path)
    {
        if (path == "state")
            return std::string();
        if (path.starts_with("state."))
            return std::string(path.substr(6));
        return {};
    }

} // namespace

DebugConsole::Outcome DebugConsole::set(std::string_view text)
{
    auto assignment = parseAssignment(text);
    if (!assignment)
        return tracestore::fail(std::move(assignment).error());
    return edited(assignment->path, assignment->value);
}

/// Orders a change of the held step, of its outcome or of the agent's state.
DebugConsole::Outcome DebugConsole::edited(const std::string& path, const std::string& value)
{
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    const bool isShort = value.size() <= kShownValue && value.find('\n') == std::string::npos;
    const std::string done
        = safeText(isShort ? path + " is " + value + " now." : path + " is changed.");
    if (const auto ofState = statePath(path))
        return order(EditState {(*at)->agent, *ofState, value}, done);
    if ((*at)->stage == PendingStep::Stage::HeldAfter)
        return order(EditOutcome {(*at)->effect, path, value}, done);
    return order(EditRequest {(*at)->effect, path, value}, done);
}

DebugConsole::Outcome DebugConsole::edit(std::string_view rest)
{
    WordReader words(rest);
    const std::string path = words.next();
    if (!words.isAtEnd())
        return set(rest);
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    if (!path.empty() && path != "state")
        return evaluate(path, [this, path](const Evaluation& value) -> Outcome {
            if (!value.problem.empty())
                return refuse(value.problem);
            return openEditor(shownJson(value.value), path);
        });
    return inspect({}, [this, path](const StepInspection& step) -> Outcome {
        if (path == "state")
            return openEditor(shownJson(step.state), path);
        const bool isAfter = step.stage == PendingStep::Stage::HeldAfter;
        return openEditor(shownJson(isAfter ? step.outcome : step.request),
                          isAfter ? "outcome" : "request");
    });
}

DebugConsole::Outcome DebugConsole::openEditor(const std::string& text, const std::string& path)
{
    const QString visual = qEnvironmentVariable("VISUAL");
    const QString editor = visual.isEmpty() ? qEnvironmentVariable("EDITOR", u"vi"_s) : visual;
    m_edited = std::make_unique<QTemporaryFile>(QDir::tempPath() + u"/kymo-XXXXXX.json"_s);
    if (!m_edited->open() || m_edited->write(QByteArray::fromStdString(text + '\n')) < 0
        || !m_edited->flush())
        return refuse("Cannot write a temporary file: " + m_edited->errorString().toStdString());
    m_editor = std::make_unique<QProcess>();
    m_editor->setProcessChannelMode(QProcess::ForwardedChannels);
    m_editor->setInputChannelMode(QProcess::ForwardedInputChannel);
    connect(m_editor.get(), &QProcess::finished, this, [this, path](int code) {
        closeEditor(code, path);
    });
    connect(m_editor.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail("Cannot start the editor: $VISUAL or $EDITOR names it.");
    });
    m_wait = Wait::Editor;
    m_out.flush();
    m_editor->start(u"/bin/sh"_s, {u"-c"_s, editor + u" \"$1\""_s, u"sh"_s, m_edited->fileName()});
    return Progress::Waits;
}

void DebugConsole::closeEditor(int code, const std::string& path)
{
    m_editor.release()->deleteLater(); // it is telling
    const auto file = std::exchange(m_edited, nullptr);
    auto text = readTextFile(file->fileName().toStdString());
    file->seek(0);
    const std::string before = file->readAll().toStdString();
    m_wait = Wait::Nothing;
    if (code != 0 || !text)
        return fail(text ? "The editor failed: nothing was changed." : text.error().message);
    while (text->ends_with('\n'))
        text->pop_back();
    const bool isWhole = path == "request" || path == "outcome" || path == "state";
    if (auto json = tracestore::parseJson(*text); isWhole && !json)
        return fail("Nothing was changed. " + json.error().message);
    take(edited(path, asJson(*text)));
}

DebugConsole::Outcome DebugConsole::answer(std::string_view text)
{
    if (text.empty())
        return refuse("Answer what? `answer TEXT`.");
    const PendingStep* step = isLive() ? heldStep(m_status.debug) : nullptr;
    if (step == nullptr && !m_status.questions.empty())
        return reply(text, false);
    if (step == nullptr)
        return refuse("Nothing is held, and the agent asks nothing.");
    AnswerAction given;
    given.text = text;
    return order(AnswerStep {step->effect, given}, "The agent gets that when the run goes on.");
}

DebugConsole::Outcome DebugConsole::failStep(std::string_view rest)
{
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    WordReader words(rest);
    AnswerAction given {OutcomeStatus::Error, {}, words.next()};
    if (given.errorType.empty())
        given.errorType = "error";
    given.text
        = words.isAtEnd() ? "It failed: " + given.errorType + '.' : std::string(words.rest());
    return order(AnswerStep {(*at)->effect, given}, "It fails when the run goes on.");
}

} // namespace engine::cli
