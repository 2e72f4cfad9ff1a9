#include "engine/runtime/run_feed.h"

namespace engine {
namespace {

    /// Often enough to look alive, seldom enough that the views have time to paint.
    constexpr int kIntervalMs = 100;

} // namespace

RunFeed::RunFeed(std::string title)
    : m_trace(std::move(title))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &RunFeed::flush);
}

void RunFeed::onEvent(const RunEventPtr& event)
{
    m_trace.add(event);
    m_hasGrown = true;
    if (!m_timer.isActive())
        m_timer.start();
}

void RunFeed::onDelta(const EffectId& effect, const ChatDelta& delta)
{
    addText(effect.toText(), delta.reasoning + delta.text);
}

void RunFeed::onProgress(const EffectId& effect, const std::string& text)
{
    addText(effect.toText(), text + '\n');
}

void RunFeed::addText(const std::string& effect, const std::string& text)
{
    if (text.empty())
        return;
    m_texts[effect] += text;
    if (!m_timer.isActive())
        m_timer.start();
}

void RunFeed::flush()
{
    m_timer.stop();
    if (std::exchange(m_hasGrown, false))
        emit traceGrown(m_trace.snapshot());
    for (const auto& [effect, text] : std::exchange(m_texts, {}))
        emit textGrown(effect, QString::fromStdString(text));
}

} // namespace engine
