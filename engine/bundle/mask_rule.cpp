#include "engine/bundle/mask_rule.h"

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    tracestore::Failure failRule(const std::string& written, const std::string& why)
    {
        return fail(ErrorCode::Invalid,
                    "`" + written + "` is nothing to mask: " + why
                        + " Write args.NAME, TOOL:args.NAME, TOOL:result, /PATTERN/ or \"TEXT\".");
    }

    Result<MaskRule> readPattern(const std::string& written)
    {
        const std::size_t end = written.rfind('/');
        if (end == 0)
            return failRule(written, "the pattern has no second slash.");
        MaskRule rule {.kind = MaskRule::Kind::Pattern, .written = written};
        auto pattern
            = tracestore::TextPattern::regex(written.substr(1, end - 1), written.substr(end + 1));
        if (!pattern)
            return fail(std::move(pattern).error());
        if (pattern->matches(""))
            return failRule(written, "the pattern is found in an empty text, so everywhere.");
        rule.pattern = std::move(*pattern);
        return rule;
    }

    Result<MaskRule> readText(const std::string& written)
    {
        constexpr std::size_t kShortestText = 2;
        if (written.size() < kShortestText + 2 || written.back() != '"')
            return failRule(written, "a text has at least two letters and a quote at its end.");
        MaskRule rule {.kind = MaskRule::Kind::Text, .written = written};
        rule.text = written.substr(1, written.size() - 2);
        return rule;
    }

    std::vector<std::string> partsOf(const std::string& path)
    {
        std::vector<std::string> parts(1);
        for (const char c : path) {
            if (c == '.')
                parts.emplace_back();
            else
                parts.back() += c;
        }
        return parts;
    }

    Result<MaskRule> readField(const std::string& written)
    {
        MaskRule rule {.written = written};
        const std::size_t colon = written.find(':');
        std::string path = written;
        if (colon != std::string::npos) {
            rule.tool = written.substr(0, colon);
            path = written.substr(colon + 1);
        }
        rule.path = partsOf(path);
        const std::string head = rule.path.front();
        rule.path.erase(rule.path.begin());
        for (const std::string& part : rule.path) {
            if (part.empty())
                return failRule(written, "a name between the points is missing.");
        }
        if (head != "args" && head != "result")
            return failRule(written, "it begins neither with args nor with result.");
        if (colon == 0 || (head == "result" && rule.tool.empty() && rule.path.empty()))
            return failRule(written, "the name of a tool is missing.");
        rule.kind = head == "args" ? MaskRule::Kind::Argument : MaskRule::Kind::Result;
        return rule;
    }

} // namespace

Result<MaskRule> readMaskRule(const std::string& written)
{
    if (written.starts_with('/'))
        return readPattern(written);
    return written.starts_with('"') ? readText(written) : readField(written);
}

Result<std::vector<MaskRule>> readMaskRules(const std::vector<std::string>& written)
{
    std::vector<MaskRule> rules;
    for (const std::string& one : written) {
        auto rule = readMaskRule(one);
        if (!rule)
            return fail(std::move(rule).error());
        rules.push_back(std::move(*rule));
    }
    return rules;
}

} // namespace engine
