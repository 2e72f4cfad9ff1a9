#include "gui/models/step_previews.h"

#include "gui/context/detail_loader.h"
#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <array>

namespace gui {

using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    /// While a list scrolls nothing is fetched.
    constexpr int kSettleMs = 80;
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

} // namespace

QString toolPreview(const std::string& arguments)
{
    constexpr qsizetype kLength = 120;
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

StepPreviews::StepPreviews(SessionContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSettleMs);
    connect(&m_soon, &QTimer::timeout, this, &StepPreviews::fetch);
    connect(&context, &SessionContext::traceGrown, this, [this](const TraceGrowth& growth) {
        std::erase_if(m_previews, [&](const auto& one) { return growth.concerns(one.first); });
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
        const bool isTool = span.isValid() && m_context.trace()->kind(span) == SpanKind::Tool;
        if (isTool && !m_previews.contains(span))
            m_wanted.push_back(span);
    }
    if (!m_wanted.empty())
        m_soon.start();
}

void StepPreviews::fetch()
{
    m_context.details().requestDetails(
        this, m_wanted, [this](const DetailLoader::DetailMap& details) {
            for (const auto& [span, detail] : details)
                m_previews[span] = detail ? toolPreview((*detail)->toolArguments) : QString();
            emit arrived();
        });
}

} // namespace gui
