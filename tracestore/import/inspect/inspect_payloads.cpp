#include "tracestore/import/inspect/inspect_payloads.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    /// How texts name an attachment: today, and in logs of 2024.
    constexpr std::array<std::string_view, 2> kSchemes {"attachment://", "tc://"};
    constexpr std::size_t kHashSize = 32;

    /// Attachments can name each other; a text that grows beyond this stays as it is.
    constexpr std::size_t kMaxText = std::size_t {64} << 20U;

    bool isHash(std::string_view text)
    {
        return text.size() == kHashSize && std::ranges::all_of(text, [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
               });
    }

    /// `data:image/png;base64,...` as type and data.
    void splitDataUrl(MediaPart& media)
    {
        constexpr std::string_view kBase64 = ";base64,";
        const std::size_t mark = media.reference.find(kBase64);
        if (!media.reference.starts_with("data:") || mark == std::string::npos)
            return;
        media.mimeType = media.reference.substr(5, mark - 5);
        media.data = media.reference.substr(mark + kBase64.size());
        media.reference.clear();
    }

} // namespace

/// Puts the attachments of a sample into the texts of a detail, each text once.
class InspectPayloads::Resolver
{
public:
    Resolver(const InspectPayloads& payloads, const Sample& sample)
        : m_payloads(payloads)
        , m_sample(sample)
    { }

    Result<void> resolve(SpanDetail& detail)
    {
        for (Message& message : detail.input)
            resolve(message);
        for (Message& message : detail.output)
            resolve(message);
        resolveText(detail.toolResult);
        resolveText(detail.errorStack);
        resolveText(detail.toolDescription);
        resolveJson(detail.toolArguments);
        resolveJson(detail.toolDefinitions);
        for (Attribute& attribute : detail.attributes)
            resolveJson(attribute.json);
        return m_failure ? Result<void>(fail(*m_failure)) : Result<void>();
    }

private:
    void resolve(Message& message)
    {
        for (MessagePart& part : message.parts) {
            if (auto* text = std::get_if<TextPart>(&part)) {
                resolveText(text->text);
            } else if (auto* reasoning = std::get_if<ReasoningPart>(&part)) {
                resolveText(reasoning->text);
            } else if (auto* call = std::get_if<ToolCallPart>(&part)) {
                resolveJson(call->arguments);
            } else if (auto* result = std::get_if<ToolResultPart>(&part)) {
                resolveText(result->content);
            } else if (auto* other = std::get_if<OtherPart>(&part)) {
                resolveJson(other->json);
            } else if (auto* media = std::get_if<MediaPart>(&part)) {
                resolveText(media->reference);
                splitDataUrl(*media);
            }
        }
    }

    void resolveText(std::string& text) { replace(text, false); }

    void resolveJson(std::string& text) { replace(text, true); }

    void replace(std::string& text, bool isJson)
    {
        if (text.find("://") == std::string::npos)
            return;
        std::string resolved;
        std::size_t from = 0;
        for (std::size_t at = text.find("://"); at != std::string::npos;
             at = text.find("://", at + 1)) {
            const std::size_t start = schemeStart(text, at);
            const std::string_view hash = std::string_view(text).substr(at + 3, kHashSize);
            if (start == std::string::npos || start < from || !isHash(hash))
                continue;
            const auto content = contentOf(hash);
            if (!content)
                continue;
            if (resolved.size() + content->size() > kMaxText)
                return;
            resolved.append(text, from, start - from);
            if (isJson) {
                const std::string quoted = quoteJson(*content);
                resolved.append(quoted, 1, quoted.size() - 2);
            } else {
                resolved += *content;
            }
            from = at + 3 + kHashSize;
        }
        if (from > 0)
            text = resolved + text.substr(from);
    }

    /// Where the scheme begins that ends with the `://` at a place.
    static std::size_t schemeStart(const std::string& text, std::size_t colon)
    {
        for (const std::string_view scheme : kSchemes) {
            const std::size_t length = scheme.size() - 3;
            if (colon >= length && text.compare(colon - length, length, scheme, 0, length) == 0)
                return colon - length;
        }
        return std::string::npos;
    }

    std::optional<std::string> contentOf(std::string_view hash)
    {
        const auto found
            = std::ranges::lower_bound(m_sample.attachments, hash, {}, &Attachment::hash);
        if (found == m_sample.attachments.end() || found->hash != hash)
            return {};
        const auto bytes = m_payloads.m_files[found->place.file.index()]->read(found->place.offset,
                                                                               found->place.length);
        if (!bytes) {
            m_failure = bytes.error();
            return {};
        }
        const auto text = parseJson(*bytes);
        return text && text->is_string() ? std::optional(text->get<std::string>()) : std::nullopt;
    }

    const InspectPayloads& m_payloads;
    const Sample& m_sample;
    std::optional<Error> m_failure;
};

InspectPayloads::InspectPayloads(const std::vector<ImportFile>& files)
    : m_steps(files)
{
    for (const ImportFile& file : files) {
        m_files.resize(std::max(m_files.size(), file.id.index() + 1));
        m_files[file.id.index()] = file.bytes;
    }
}

void InspectPayloads::addSample(SpanId first, const JsonRecord& attachments)
{
    Sample sample {first, {}};
    for (const JsonRecord::Member& member : attachments.members)
        sample.attachments.push_back({std::string(member.key), member.value.place});
    std::ranges::stable_sort(sample.attachments, {}, &Attachment::hash);
    m_samples.push_back(std::move(sample));
}

const InspectPayloads::Sample* InspectPayloads::sampleOf(SpanId span) const
{
    const auto next = std::ranges::upper_bound(
        m_samples, span.index(), {}, [](const Sample& sample) { return sample.first.index(); });
    return next == m_samples.begin() ? nullptr : &*std::prev(next);
}

Result<SpanDetail> InspectPayloads::detail(SpanId span) const
{
    auto detail = m_steps.detail(span);
    const Sample* sample = sampleOf(span);
    if (!detail || sample == nullptr || sample->attachments.empty())
        return detail;
    if (auto done = Resolver(*this, *sample).resolve(*detail); !done)
        return fail(std::move(done).error());
    return detail;
}

Result<std::string> InspectPayloads::raw(SpanId span) const
{
    return m_steps.raw(span);
}

} // namespace tracestore
