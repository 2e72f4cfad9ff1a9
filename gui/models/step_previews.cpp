#include "gui/models/step_previews.h"

#include "gui/context/detail_loader.h"
#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    /// While a list scrolls nothing is fetched.
    constexpr int kSettleMs = 80;
    /// A list that grows all the time is not waited for.
    constexpr int kLongestWaitMs = 300;
    constexpr qsizetype kLength = 120;
    constexpr qsizetype kMostTools = 8;
    constexpr std::size_t kMaxArguments = std::size_t {256} << 10U;

    /// Arguments that tell what a call is about, the most telling first.
    constexpr std::array kTelling {"command",
                                   "cmd",
                                   "query",
                                   "q",
                                   "file_path",
                                   "path",
                                   "filename",
                                   "url",
                                   "pattern",
                                   "description",
                                   "question",
                                   "prompt",
                                   "subject",
                                   "task",
                                   "input",
                                   "text",
                                   "name",
                                   "id"};

    bool hasPreview(SpanKind kind)
    {
        return kind == SpanKind::Tool || kind == SpanKind::Llm;
    }

} // namespace

QString toolPreview(const std::string& arguments)
{
    if (arguments.empty() || arguments.size() > kMaxArguments)
        return singleLine(arguments, kLength);
    const auto parsed = tracestore::parseJson(arguments);
    if (!parsed || !parsed->is_object())
        return singleLine(arguments, kLength);
    for (const char* key : kTelling) {
        if (const auto found = parsed->find(key); found != parsed->end() && found->is_string())
            return singleLine(found->get_ref<const std::string&>(), kLength);
    }
    // One argument needs no name.
    if (parsed->size() == 1 && parsed->begin()->is_string())
        return singleLine(parsed->begin()->get_ref<const std::string&>(), kLength);
    return parsed->empty() ? QString() : singleLine(arguments, kLength);
}

QString answerPreview(const std::vector<tracestore::Message>& output)
{
    QStringList tools;
    for (const tracestore::Message& message : output) {
        for (const tracestore::MessagePart& part : message.parts) {
            if (const auto* text = std::get_if<tracestore::TextPart>(&part)) {
                const QString line = singleLine(text->text, kLength);
                if (!line.trimmed().isEmpty())
                    return line;
            } else if (const auto* call = std::get_if<tracestore::ToolCallPart>(&part);
                       call != nullptr && tools.size() < kMostTools) {
                tools << singleLine(call->name, kLength);
            }
        }
    }
    tools.removeDuplicates();
    return tools.isEmpty() ? QString() : QString(u"→ "_s + tools.join(u", "_s));
}

StepPreviews::StepPreviews(SessionContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSettleMs);
    connect(&m_soon, &QTimer::timeout, this, &StepPreviews::fetch);
    connect(&context, &SessionContext::traceGrown, this, [this](const TraceGrowth& growth) {
        std::erase_if(m_previews, [&](const auto& one) { return growth.concerns(one.first); });
        std::erase_if(m_asked, [&](SpanId span) { return growth.concerns(span); });
    });
}

QString StepPreviews::of(SpanId span) const
{
    const auto found = m_previews.find(span);
    return found == m_previews.end() ? QString() : found->second;
}

void StepPreviews::request(const std::vector<SpanId>& inSight)
{
    m_wanted.clear();
    for (const SpanId span : inSight) {
        if (span.isValid() && hasPreview(m_context.trace()->kind(span))
            && !m_previews.contains(span))
            m_wanted.push_back(span);
    }
    const auto isAsked = [&](SpanId span) { return m_asked.contains(span); };
    if (std::ranges::all_of(m_wanted, isAsked))
        return;
    if (!m_soon.isActive())
        m_waiting.start();
    if (!m_soon.isActive() || m_waiting.elapsed() < kLongestWaitMs)
        m_soon.start();
}

void StepPreviews::fetch()
{
    m_asked = {m_wanted.begin(), m_wanted.end()};
    const auto make = [trace = m_context.trace()](SpanId span, const SpanDetail& detail) {
        return trace->kind(span) == SpanKind::Tool ? toolPreview(detail.toolArguments)
                                                   : answerPreview(detail.output);
    };
    m_context.details().requestPreviews(
        this, m_wanted, make, [this](SpanId span, const QString& line) {
            m_previews[span] = line;
            m_asked.erase(span);
            emit arrived();
        });
}

} // namespace gui
