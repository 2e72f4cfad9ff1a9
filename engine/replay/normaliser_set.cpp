#include "engine/replay/normaliser_set.h"

#include "tracestore/base/json_io.h"

#include <algorithm>
#include <re2/re2.h>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::int64_t kPatternMemory = std::int64_t {4} << 20U;

    /// A text somewhere in a form.
    struct Leaf
    {
        std::string path;
        json* value = nullptr;
    };

    /// All that are texts or numbers.
    std::vector<Leaf> leavesOf(json& form)
    {
        std::vector<Leaf> leaves;
        std::vector<Leaf> open {{{}, &form}};
        while (!open.empty()) {
            const Leaf at = std::move(open.back());
            open.pop_back();
            if (at.value->is_array()) {
                for (std::size_t i = 0; i < at.value->size(); ++i)
                    open.push_back({at.path + '[' + std::to_string(i) + ']', &(*at.value)[i]});
            } else if (at.value->is_object()) {
                for (auto member = at.value->begin(); member != at.value->end(); ++member)
                    open.push_back({at.path.empty() ? member.key() : at.path + '.' + member.key(),
                                    &member.value()});
            } else if (at.value->is_string() || at.value->is_number()) {
                leaves.push_back(at);
            }
        }
        return leaves;
    }

} // namespace

bool isPathMeant(std::string_view meant, std::string_view path)
{
    if (meant.empty())
        return true;
    std::size_t m = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (p < path.size()) {
        const bool isWhole = m == meant.size();
        if (isWhole && (path[p] == '.' || path[p] == '['))
            return true; // below it
        if (!isWhole && meant[m] == '*') {
            star = m++;
            resume = p;
        } else if (!isWhole && meant[m] == path[p]) {
            ++m;
            ++p;
        } else if (star != std::string_view::npos) {
            m = star + 1;
            p = ++resume;
        } else {
            return false;
        }
    }
    while (m < meant.size() && meant[m] == '*')
        ++m;
    return m == meant.size();
}

Result<NormaliserSet> NormaliserSet::of(const std::vector<Normaliser>& normalisers)
{
    NormaliserSet set;
    for (const Normaliser& each : normalisers) {
        RE2::Options options(RE2::Quiet);
        options.set_max_mem(kPatternMemory);
        auto pattern = std::make_shared<const RE2>(each.pattern, options);
        if (!pattern->ok())
            return fail(ErrorCode::Invalid,
                        "The pattern `" + each.pattern + "` is none: " + pattern->error() + '.');
        std::string problem;
        if (!pattern->CheckRewriteString(each.replacement, &problem))
            return fail(ErrorCode::Invalid,
                        "The replacement `" + each.replacement + "` makes no sense: " + problem
                            + '.');
        if (each.isOn)
            set.m_compiled.push_back({each, std::move(pattern)});
    }
    return set;
}

bool NormaliserSet::concerns(const std::string& name) const
{
    return std::ranges::any_of(m_compiled, [&](const Compiled& each) {
        return each.normaliser.name.empty() || each.normaliser.name == name;
    });
}

json NormaliserSet::normalised(const std::string& name, json form) const
{
    for (const Leaf& leaf : leavesOf(form)) {
        const std::string before = leaf.value->is_string() ? leaf.value->get<std::string>()
                                                           : tracestore::toJsonText(*leaf.value);
        std::string after = replaced(name, leaf.path, before);
        if (after != before)
            *leaf.value = std::move(after);
    }
    return form;
}

std::string
NormaliserSet::replaced(const std::string& name, const std::string& path, std::string text) const
{
    for (const Compiled& each : m_compiled) {
        const Normaliser& normaliser = each.normaliser;
        if ((normaliser.name.empty() || normaliser.name == name)
            && isPathMeant(normaliser.path, path))
            RE2::GlobalReplace(&text, *each.pattern, normaliser.replacement);
    }
    return text;
}

} // namespace engine
