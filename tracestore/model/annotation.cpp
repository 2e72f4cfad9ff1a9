#include "tracestore/model/annotation.h"

#include "tracestore/base/hash.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace tracestore {
namespace {

    constexpr std::array kAnnotationWords {
        std::pair(AnnotationKind::Bookmark, std::string_view("bookmark")),
        std::pair(AnnotationKind::Note, std::string_view("note")),
        std::pair(AnnotationKind::Fact, std::string_view("fact"))};

    bool isStep(const Trace& trace, SpanId span, const StepAddress& address)
    {
        return trace.origId(span) == address.origId && trace.traceId(span) == address.traceId
            && trace.name(span) == address.name;
    }

    bool isLater(const Annotation& one, const Annotation& other)
    {
        const auto rank = [](const Annotation& annotation) {
            return std::tie(annotation.changed, annotation.isRemoved, annotation.text);
        };
        return rank(one) > rank(other);
    }

} // namespace

StepAddress addressOf(const Trace& trace, SpanId span)
{
    return {static_cast<std::int64_t>(span.index()),
            std::string(trace.name(span)),
            std::string(trace.traceId(span)),
            std::string(trace.origId(span))};
}

SpanId findStep(const Trace& trace, const StepAddress& address)
{
    const auto count = static_cast<std::int64_t>(trace.spanCount());
    if (address.place >= 0 && address.place < count) {
        const SpanId there(static_cast<std::size_t>(address.place));
        if (isStep(trace, there, address))
            return there;
    }
    const StringId id = trace.strings().find(address.origId);
    if (id.isEmpty())
        return {};
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        if (trace.columns().origId[i] == id && isStep(trace, SpanId(i), address))
            return SpanId(i);
    }
    return {};
}

std::string_view toWord(AnnotationKind kind)
{
    const auto* const found
        = std::ranges::find(kAnnotationWords, kind, [](const auto& one) { return one.first; });
    return found->second;
}

template<>
std::optional<AnnotationKind> fromWord(std::string_view word)
{
    for (const auto& [kind, name] : kAnnotationWords) {
        if (name == word)
            return kind;
    }
    return {};
}

std::string bookmarkKey(const StepAddress& address)
{
    // With the source's ids the place does not matter, which changes as files are added.
    const std::string place = address.origId.empty() ? std::to_string(address.place) : "";
    const std::string text
        = place + '\n' + address.traceId + '\n' + address.origId + '\n' + address.name;
    return "bookmark-" + contentHash(text).toHex();
}

std::string factKey(std::string_view name)
{
    return "fact-" + std::string(name);
}

std::vector<Annotation> mergeAnnotations(std::vector<Annotation> annotations)
{
    std::map<std::string, Annotation> last;
    for (Annotation& one : annotations) {
        const auto [there, isNew] = last.try_emplace(one.key, one);
        if (isNew)
            continue;
        const Timestamp written = std::min(there->second.written, one.written);
        if (isLater(one, there->second))
            there->second = std::move(one);
        there->second.written = written;
    }
    std::vector<Annotation> merged;
    for (auto& [key, annotation] : last)
        merged.push_back(std::move(annotation));
    std::ranges::stable_sort(merged, {}, &Annotation::written);
    return merged;
}

} // namespace tracestore
