#include "tracestore/import/http/provider_usage.h"

#include "tracestore/import/gen_ai/gen_ai_usage.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    // What the mapping of attributes knows these counts by; it settles what lies in what.
    constexpr std::string_view kInput = "gen_ai.usage.input_tokens";
    constexpr std::string_view kUncached = "ai.usage.inputTokenDetails.noCacheTokens";
    constexpr std::string_view kRead = "gen_ai.usage.cache_read.input_tokens";
    constexpr std::string_view kWrite = "gen_ai.usage.cache_creation.input_tokens";
    constexpr std::string_view kWriteLong = "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens";
    constexpr std::string_view kOutput = "gen_ai.usage.output_tokens";
    constexpr std::string_view kReasoning = "gen_ai.usage.reasoning.output_tokens";
    constexpr std::string_view kTotal = "gen_ai.usage.total_tokens";

    /// Counts of one usage object, by the names of the mapping.
    class Counts
    {
    public:
        explicit Counts(const json& usage)
            : m_usage(usage)
        { }

        void take(std::string_view as, const json* count)
        {
            if (count != nullptr && count->is_number_integer())
                m_counts.emplace_back(as, AttributeValue::ofInteger(count->get<std::int64_t>()));
        }

        void take(std::string_view as, std::initializer_list<std::string_view> names)
        {
            take(as, anyMemberOf(m_usage, names));
        }

        void take(std::string_view as,
                  std::initializer_list<std::string_view> holders,
                  std::initializer_list<std::string_view> names)
        {
            if (const json* holder = anyMemberOf(m_usage, holders))
                take(as, anyMemberOf(*holder, names));
        }

        [[nodiscard]] std::optional<TokenUsage> usage() const
        {
            return usageOf(GenAiFields(m_counts));
        }

    private:
        const json& m_usage;
        Attributes m_counts;
    };

    std::optional<TokenUsage> anthropicUsage(const json& usage)
    {
        Counts counts(usage);
        counts.take(kUncached, {"input_tokens"});
        counts.take(kRead, {"cache_read_input_tokens"});
        counts.take(kWrite, {"cache_creation_input_tokens"});
        counts.take(kWriteLong, {"cache_creation"}, {"ephemeral_1h_input_tokens"});
        counts.take(kOutput, {"output_tokens"});
        counts.take(kReasoning, {"output_tokens_details"}, {"thinking_tokens"});
        return counts.usage();
    }

    std::optional<TokenUsage> openAiUsage(const json& usage)
    {
        Counts counts(usage);
        counts.take(kInput, {"prompt_tokens", "input_tokens"});
        counts.take(kRead, {"prompt_tokens_details", "input_tokens_details"}, {"cached_tokens"});
        if (!memberOf(usage, "prompt_tokens_details") && memberOf(usage, "prompt_cache_hit_tokens"))
            counts.take(kRead, {"prompt_cache_hit_tokens"}); // DeepSeek
        counts.take(kWrite,
                    {"prompt_tokens_details", "input_tokens_details"},
                    {"cache_write_tokens", "cache_creation_tokens"});
        counts.take(kOutput, {"completion_tokens", "output_tokens"});
        counts.take(kReasoning,
                    {"completion_tokens_details", "output_tokens_details"},
                    {"reasoning_tokens"});
        counts.take(kTotal, {"total_tokens"});
        return counts.usage();
    }

    std::optional<std::int64_t> countOf(const json& usage, const char* key)
    {
        const json* count = memberOf(usage, key);
        return count != nullptr && count->is_number_integer()
            ? std::optional(count->get<std::int64_t>())
            : std::nullopt;
    }

    /// Results of tools that the provider runs are input, and thoughts are output.
    std::optional<TokenUsage> geminiUsage(const json& usage)
    {
        constexpr std::int64_t kMost = 1'000'000'000'000;
        const auto isSane = [](std::int64_t count) { return count >= 0 && count < kMost; };
        Counts counts(usage);
        const auto prompt = countOf(usage, "promptTokenCount");
        const auto tools = countOf(usage, "toolUsePromptTokenCount").value_or(0);
        const json input
            = prompt && isSane(*prompt) && isSane(tools) ? json(*prompt + tools) : json();
        counts.take(kInput, &input);
        counts.take(kRead, {"cachedContentTokenCount"});
        const auto answer = countOf(usage, "candidatesTokenCount");
        const auto thoughts = countOf(usage, "thoughtsTokenCount").value_or(0);
        const json output
            = (answer || thoughts > 0) && isSane(answer.value_or(0)) && isSane(thoughts)
            ? json(answer.value_or(0) + thoughts)
            : json();
        counts.take(kOutput, &output);
        counts.take(kReasoning, {"thoughtsTokenCount"});
        std::optional<TokenUsage> result = counts.usage();
        if (result)
            result->reportedTotal = countOf(usage, "totalTokenCount");
        return result;
    }

} // namespace

std::optional<TokenUsage> usageOf(ModelApi api, const json& answer)
{
    const json* usage = anyMemberOf(answer, {"usage", "usageMetadata"});
    if (usage == nullptr || !usage->is_object())
        return {};
    if (api == ModelApi::Gemini)
        return geminiUsage(*usage);
    return api == ModelApi::Anthropic ? anthropicUsage(*usage) : openAiUsage(*usage);
}

} // namespace tracestore
