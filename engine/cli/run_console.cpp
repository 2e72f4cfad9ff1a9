#include "engine/cli/run_console.h"

#include "engine/cli/number_text.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <algorithm>
#include <csignal>
#include <deque>
#include <fcntl.h>
#include <unistd.h>

namespace engine::cli {

using tracestore::safeLine;
using tracestore::safeText;
using Style = Output::Style;

namespace {

    constexpr std::size_t kShownResult = 300;

    // A signal handler may do no more than write.
    int interruptPipe[2] = {-1, -1};

    void onInterrupt(int)
    {
        const char byte = 1;
        static_cast<void>(!::write(interruptPipe[1], &byte, 1));
    }

    std::string shownLine(const std::string& text)
    {
        const std::string line = safeLine(text);
        return line.size() <= kShownResult
            ? line
            : tracestore::toValidUtf8(line.substr(0, kShownResult)) + " ...";
    }

    std::string toolOf(const UserQuestion& question)
    {
        const auto subject = tracestore::parseJson(question.subject);
        return subject && subject->is_object() ? subject->value("tool", std::string()) : "";
    }

    std::string argumentsOf(const UserQuestion& question)
    {
        const auto subject = tracestore::parseJson(question.subject);
        return subject && subject->contains("arguments")
            ? tracestore::toJsonText((*subject)["arguments"])
            : std::string();
    }

    void addCount(nlohmann::json& to, const char* name, std::optional<std::int64_t> count)
    {
        if (count)
            to[name] = *count;
    }

    nlohmann::json figuresJson(const RunFigures& figures)
    {
        nlohmann::json tokens = nlohmann::json::object();
        addCount(tokens, "input", figures.tokens.input);
        addCount(tokens, "cache_read", figures.tokens.cacheRead);
        addCount(tokens, "cache_write", figures.tokens.cacheWrite);
        addCount(tokens, "output", figures.tokens.output);
        addCount(tokens, "reasoning", figures.tokens.reasoning);
        nlohmann::json value {{"turns", figures.turns},
                              {"model_calls", figures.modelCalls},
                              {"tool_calls", figures.toolCalls},
                              {"retries", figures.retries},
                              {"cache_hits", figures.cacheHits},
                              {"errors", figures.errors},
                              {"tokens", std::move(tokens)},
                              {"duration_ms", figures.duration.ns / 1'000'000}};
        if (figures.cost)
            value["cost_usd"] = *figures.cost;
        return value;
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
    { }

    void onEvent(const RunEventPtr& event) override
    {
        if (m_isSilent)
            return;
        if (const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact))
            tell(*event, *wanted);
        else if (const auto* ended = std::get_if<tracestore::EffectEnded>(&event->fact))
            tell(*event, *ended);
        else if (const auto* decision = std::get_if<tracestore::DecisionMade>(&event->fact))
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
        m_kinds[event.effect] = wanted.kind;
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
    std::string m_speaker; ///< the call of a model whose answer is being shown
    std::deque<Held> m_held;
    std::vector<std::string> m_heldLines;
    std::string m_lastText;
    std::map<std::string, EffectKind> m_kinds;
};

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
    if (pipe2(interruptPipe, O_CLOEXEC | O_NONBLOCK) == 0) {
        m_interrupt = std::make_unique<QSocketNotifier>(interruptPipe[0], QSocketNotifier::Read);
        connect(m_interrupt.get(), &QSocketNotifier::activated, this, [this] {
            m_interrupt->setEnabled(false);
            std::signal(SIGINT, SIG_DFL); // the second one ends the program
            close();
        });
        std::signal(SIGINT, onInterrupt);
        std::signal(SIGTERM, onInterrupt);
    }
    if (!m_manner.isQuiet && session.status().isScripted)
        m_err.line(m_err.styled(Style::Doubtful, "A script answers in the place of models."));
}

RunConsole::~RunConsole()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    m_interrupt.reset();
    for (int& end : interruptPipe) {
        if (end >= 0)
            ::close(std::exchange(end, -1));
    }
}

void RunConsole::onStatus()
{
    const RunStatus& status = m_session.status();
    if (status.state == RunState::Idle || status.state == RunState::Ended) {
        // From the event loop: the session is still telling.
        QMetaObject::invokeMethod(this, &RunConsole::close, Qt::QueuedConnection);
        return;
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
    if (asked.isApproval
        && std::ranges::find(m_manner.allowed, toolOf(asked)) != m_manner.allowed.end())
        return answer("allow");
    if (isatty(STDIN_FILENO) == 0) {
        if (!m_manner.isQuiet)
            m_err.line(safeLine(asked.isApproval ? "Not allowed: " + toolOf(asked) + ". `--allow "
                                        + toolOf(asked) + "` allows it."
                                                 : "Nobody is there to answer: " + asked.question));
        return answer(asked.isApproval ? "deny" : "Nobody is there to answer.");
    }
    m_watcher->endSpeech();
    m_err.line(safeText(asked.question)
               + (asked.isApproval ? "\n  " + safeText(argumentsOf(asked)) : ""));
    for (const std::string& option : asked.options)
        m_err.line("  " + safeLine(option));
    m_err.write("> ");
    m_err.flush();
    m_input = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
    connect(m_input.get(), &QSocketNotifier::activated, this, &RunConsole::readAnswer);
}

void RunConsole::readAnswer()
{
    char piece[4096];
    const ssize_t got = ::read(STDIN_FILENO, piece, sizeof piece);
    if (got > 0)
        m_line.append(piece, static_cast<std::size_t>(got));
    const std::size_t end = m_line.find('\n');
    if (got > 0 && end == std::string::npos)
        return;
    m_input->setEnabled(false);
    const std::string answer = m_line.substr(0, end);
    m_line.clear();
    static_cast<void>(m_session.answer(std::exchange(m_asked, {}), answer).has_value());
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
    const RunStatus& status = m_session.status();
    const AgentResult result
        = status.result.value_or(AgentResult {OutcomeStatus::Cancelled, {}, {}});
    nlohmann::json value {{"agent", status.agent},
                          {"status", toWord(result.status)},
                          {"answer", result.answer},
                          {"is_scripted", status.isScripted},
                          {"figures", figuresJson(status.figures)}};
    if (!result.reason.empty())
        value["reason"] = result.reason;
    if (!status.problem.empty())
        value["problem"] = status.problem;
    if (!status.recordFile.isEmpty())
        value["record"] = status.recordFile.toStdString();
    m_out.line(tracestore::toJsonText(value, 2));
}

} // namespace engine::cli
