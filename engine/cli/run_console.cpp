#include "engine/cli/run_console.h"

#include "engine/cli/run_json.h"
#include "engine/replay/replay_facts.h"
#include "engine/runtime/unattended.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <unistd.h>

namespace engine::cli {

using tracestore::safeLine;
using tracestore::safeText;
using Style = Output::Style;

namespace {

    constexpr std::size_t kShownResult = 300;

    std::string shownLine(const std::string& text)
    {
        const std::string line = safeLine(text);
        return line.size() <= kShownResult
            ? line
            : tracestore::toValidUtf8(line.substr(0, kShownResult)) + " ...";
    }

    std::string argumentsOf(const UserQuestion& question)
    {
        const auto subject = tracestore::parseJson(question.subject);
        return subject && subject->contains("arguments")
            ? tracestore::toJsonText((*subject)["arguments"])
            : std::string();
    }

} // namespace

/// Prints what happens.
class RunConsole::Watcher : public RunObserver
{
public:
    Watcher(Output& out, Output& err, const Manner& manner)
        : m_out(out)
        , m_err(err)
        , m_isSilent(manner.isJson || manner.isQuiet)
        , m_isPast(manner.isResumed)
    { }

    void onEvent(const RunEventPtr& event) override
    {
        if (m_isSilent)
            return;
        const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
        if (wanted != nullptr)
            m_kinds[event->effect] = wanted->kind;
        if (const auto* resumed = std::get_if<tracestore::RunResumed>(&event->fact))
            tell(*event, *resumed);
        else if (m_isPast)
            return;
        else if (wanted != nullptr)
            tell(*event, *wanted);
        else if (const auto* ended = std::get_if<tracestore::EffectEnded>(&event->fact))
            tell(*event, *ended);
        else if (const auto* decision = std::get_if<tracestore::DecisionMade>(&event->fact);
                 decision != nullptr && decision->policy != kToolServerPolicy)
            line(event->agent, decision->policy + ": " + decision->reason);
    }

    /// One speaks at a time: what others say meanwhile is shown when that one has ended, and so is
    /// what happens.
    void onDelta(const EffectId& effect, const ChatDelta& delta) override
    {
        if (m_isSilent || delta.text.empty())
            return;
        const std::string speaker = effect.toText();
        if (m_speaker.empty() || m_speaker == speaker)
            speak(speaker, delta.text);
        else
            heldOf(speaker).text += delta.text;
    }

    /// Shows all that was held back.
    void endSpeech()
    {
        endParagraph();
        while (!m_held.empty()) {
            speakNext();
            endParagraph();
        }
    }

    /// Whether the last answer was shown while it came.
    [[nodiscard]] bool hasShown(const std::string& answer) const { return m_lastText == answer; }

private:
    void tell(const tracestore::RunEvent& event, const tracestore::EffectWanted& wanted)
    {
        if (wanted.kind == EffectKind::Tool)
            line(event.agent, wanted.name + ' ' + shownLine(wanted.arguments));
        else if (wanted.kind == EffectKind::Agent)
            line(event.agent, "to " + wanted.name + ": " + shownLine(wanted.arguments));
    }

    void tell(const tracestore::RunEvent& event, const tracestore::RunResumed& resumed)
    {
        m_isPast = false;
        line("run",
             "goes on behind event " + std::to_string(event.number - 1) + " of its recording");
        for (const std::string& effect : resumed.inDoubt)
            line("run", "in doubt: " + effect, Style::Doubtful);
    }

    void tell(const tracestore::RunEvent& event, const tracestore::EffectEnded& ended)
    {
        const EffectKind kind = m_kinds[event.effect];
        if (kind == EffectKind::Model)
            tellModel(event, ended);
        if (ended.error)
            line(event.agent, "failed: " + shownLine(ended.error->message), Style::Bad);
        else if (kind == EffectKind::Tool)
            line(event.agent, "-> " + shownLine(ended.result));
    }

    void tellModel(const tracestore::RunEvent& event, const tracestore::EffectEnded& ended)
    {
        const bool isSpeaking = m_speaker == event.effect;
        const auto held = std::ranges::find(m_held, event.effect, &Held::effect);
        if (!ended.output.empty())
            m_lastText = isSpeaking || held != m_held.end()
                ? tracestore::plainText(ended.output.front())
                : "";
        if (held != m_held.end())
            held->hasEnded = true;
        if (!isSpeaking)
            return;
        endParagraph();
        while (!m_held.empty() && m_speaker.empty())
            speakNext();
    }

    void speak(const std::string& speaker, const std::string& text)
    {
        m_speaker = speaker;
        m_out.write(safeText(text));
        m_out.flush();
    }

    void speakNext()
    {
        const Held next = m_held.front();
        m_held.pop_front();
        speak(next.effect, next.text);
        if (next.hasEnded)
            endParagraph();
    }

    void endParagraph()
    {
        if (!std::exchange(m_speaker, {}).empty()) {
            m_out.line("");
            m_out.flush();
        }
        for (const std::string& held : std::exchange(m_heldLines, {}))
            m_err.line(held);
        m_err.flush();
    }

    void line(const std::string& agent, const std::string& text, Style style = Style::Faint)
    {
        m_heldLines.push_back(m_err.styled(style, safeLine('[' + agent + "] " + text)));
        if (m_speaker.empty())
            endParagraph();
    }

    /// What one said while another was speaking.
    struct Held
    {
        std::string effect;
        std::string text;
        bool hasEnded = false;
    };

    Held& heldOf(const std::string& effect)
    {
        const auto held = std::ranges::find(m_held, effect, &Held::effect);
        return held != m_held.end() ? *held : m_held.emplace_back(Held {effect, {}, false});
    }

    Output& m_out;
    Output& m_err;
    bool m_isSilent;
    bool m_isPast; ///< what is told was recorded before
    std::string m_speaker; ///< the call of a model whose answer is being shown
    std::deque<Held> m_held;
    std::vector<std::string> m_heldLines;
    std::string m_lastText;
    std::map<std::string, EffectKind> m_kinds;
};

void RunConsole::Manner::addTo(CLI::App& app)
{
    app.add_option("--allow", allowed, "Allow all calls of this tool that would ask first")
        ->take_all();
    app.add_flag("--json", isJson, "One JSON object at the end, for other programs");
    app.add_flag("--quiet", isQuiet, "Only the answer");
}

RunConsole::RunConsole(RunSession& session, Output& out, Output& err, Manner manner)
    : m_session(session)
    , m_out(out)
    , m_err(err)
    , m_manner(std::move(manner))
    , m_watcher(std::make_shared<Watcher>(out, err, m_manner))
{
    session.add(m_watcher);
    connect(&session, &RunSession::statusChanged, this, &RunConsole::onStatus);
    connect(&session, &RunSession::logged, this, [this](const QString& line) {
        if (!m_manner.isQuiet)
            m_err.line(safeLine(line.toStdString()));
    });
    connect(&m_interrupt, &InterruptWatch::interrupted, this, &RunConsole::close);
    if (!m_manner.isQuiet && session.status().isScripted)
        m_err.line(m_err.styled(Style::Doubtful, "A script answers in the place of models."));
}

RunConsole::~RunConsole() = default;

void RunConsole::onStatus()
{
    const RunStatus& status = m_session.status();
    if (!status.waitsFor.empty() && !std::exchange(m_hasToldWait, true)) {
        m_err.line("Waits for " + status.waitsFor + " ...");
        m_err.flush();
    }
    if (status.state == RunState::Idle && m_manner.nextInput) {
        QMetaObject::invokeMethod(
            this,
            [this, input = *std::exchange(m_manner.nextInput, {})] { m_session.say(input); },
            Qt::QueuedConnection);
        return;
    }
    if (status.state == RunState::Idle || status.state == RunState::Ended) {
        // From the event loop: the session is still telling.
        QMetaObject::invokeMethod(this, &RunConsole::close, Qt::QueuedConnection);
        return;
    }
    const auto isAsked = [this](const RunQuestion& question) { return question.effect == m_asked; };
    if (!m_asked.empty() && std::ranges::none_of(status.questions, isAsked)) {
        m_asked.clear(); // it was answered elsewhere
        m_line.stop();
    }
    if (m_asked.empty() && !status.questions.empty()) {
        m_asked = status.questions.front().effect;
        QMetaObject::invokeMethod(
            this,
            [this, question = status.questions.front()] { ask(question); },
            Qt::QueuedConnection);
    }
}

void RunConsole::ask(const RunQuestion& question)
{
    const auto answer = [&](const std::string& text) {
        m_asked.clear();
        static_cast<void>(m_session.answer(question.effect, text).has_value());
    };
    const UserQuestion& asked = question.question;
    if (m_asked != question.effect)
        return; // it was answered meanwhile
    if (isatty(STDIN_FILENO) == 0 && !isAllowed(asked, m_manner.allowed) && m_manner.isAttended
        && m_manner.isAttended()) {
        m_asked.clear();
        return;
    }
    if (isatty(STDIN_FILENO) == 0) {
        if (!m_manner.isQuiet && !isAllowed(asked, m_manner.allowed))
            m_err.line(safeLine(unattendedNote(asked)));
        return answer(unattendedAnswer(asked, m_manner.allowed));
    }
    if (isAllowed(asked, m_manner.allowed))
        return answer("allow");
    m_watcher->endSpeech();
    m_err.line(safeText(asked.question)
               + (asked.isApproval ? "\n  " + safeText(argumentsOf(asked)) : ""));
    for (const std::string& option : asked.options)
        m_err.line("  " + safeLine(option));
    m_err.write("> ");
    m_err.flush();
    m_line.read([this](const std::optional<std::string>& line) {
        const std::string effect = std::exchange(m_asked, {});
        static_cast<void>(m_session.answer(effect, line.value_or(std::string())).has_value());
    });
}

void RunConsole::close()
{
    if (std::exchange(m_isClosing, true))
        return;
    m_session.close([this](const tracestore::Result<void>& closed) {
        if (!closed)
            m_closeProblem = closed.error().message;
        QCoreApplication::quit();
    });
}

void RunConsole::finish()
{
    const RunStatus& status = m_session.status();
    m_watcher->endSpeech();
    if (m_manner.isJson)
        return writeJson();
    if (status.result && status.result->status == OutcomeStatus::Ok) {
        if (m_manner.isQuiet || !m_watcher->hasShown(status.result->answer))
            m_out.line(safeText(status.result->answer));
    } else if (status.result) {
        m_err.line("kymo: "
                   + safeLine(status.result->reason.empty() ? "The run did not succeed."
                                                            : status.result->reason));
        if (!status.result->answer.empty())
            m_out.line(safeText(status.result->answer));
    }
    if (!status.problem.empty() && (!status.result || status.problem != status.result->reason))
        m_err.line("kymo: " + safeLine(status.problem));
    if (!m_closeProblem.empty())
        m_err.line("kymo: " + safeLine(m_closeProblem));
    else if (!status.recordFile.isEmpty() && !m_manner.isQuiet)
        m_err.line(
            m_err.styled(Style::Faint, "Recorded in " + safeLine(status.recordFile.toStdString())));
}

void RunConsole::writeJson() const
{
    m_out.line(tracestore::toJsonText(runJson(m_session.status()), 2));
}

} // namespace engine::cli
