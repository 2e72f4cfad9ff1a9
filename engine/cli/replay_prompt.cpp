#include "engine/cli/replay_prompt.h"

#include "engine/cli/replay_words.h"
#include "tracestore/base/safe_text.h"

#include <QMetaObject>

#include <algorithm>
#include <unistd.h>

namespace engine::cli {

ReplayPrompt::ReplayPrompt(RunSession& session, Output& err, bool isAttended)
    : m_session(session)
    , m_err(err)
    , m_isAttended(isAttended)
{
    connect(&session, &RunSession::statusChanged, this, &ReplayPrompt::onStatus);
    connect(&session, &RunSession::debugLogged, this, [this](const DebugLine& line) {
        m_err.line(tracestore::safeLine(line.text));
        m_err.flush();
    });
}

ReplayPrompt::~ReplayPrompt() = default;

void ReplayPrompt::onStatus()
{
    const RunStatus& status = m_session.status();
    if (!status.replay || status.state == RunState::Stopping || status.state == RunState::Ended)
        return;
    const auto& questions = status.replay->questions;
    const auto isAsked
        = [this](const ReplayQuestion& each) { return each.effect == m_asked.effect; };
    if (!m_asked.effect.empty() && std::ranges::none_of(questions, isAsked)) {
        m_asked = {}; // it has an outcome meanwhile
        m_line.stop();
    }
    if (!m_asked.effect.empty() || questions.empty() || m_hasGivenUp)
        return;
    m_asked = questions.front();
    // From the event loop: the session is still telling.
    QMetaObject::invokeMethod(
        this, [this, question = m_asked] { ask(question); }, Qt::QueuedConnection);
}

void ReplayPrompt::ask(const ReplayQuestion& question)
{
    if (question.effect != m_asked.effect)
        return;
    for (const std::string& line : questionLines(question))
        m_err.line(line);
    if (m_isAttended)
        return prompt();
    m_err.line(
        "Nobody is there to answer: the replay ends here. A policy (`--policy`) can say what "
        "becomes of such steps.");
    m_err.flush();
    m_hasGivenUp = true;
    m_session.stop();
}

void ReplayPrompt::prompt()
{
    m_err.write("> ");
    m_err.flush();
    m_line.read([this](const auto& line) { take(line.value_or("s")); });
}

void ReplayPrompt::take(const std::string& line)
{
    const auto decision = decisionOf(line, m_asked);
    if (!decision) {
        m_err.line("That is none of what can be chosen.");
        return prompt();
    }
    const auto decided = m_session.decide(*decision);
    if (!decided)
        m_err.line("kymo: " + tracestore::safeLine(decided.error().message));
    if (!decided || decision->choice == ReplayChoice::Fork)
        prompt(); // the question stays
}

} // namespace engine::cli
