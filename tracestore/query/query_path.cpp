#include "tracestore/query/query_path.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxSteps = 64;

    /// Reads the steps of a path from a text like `.items[0]."a.b"[*]`.
    class PathReader
    {
    public:
        PathReader(std::string_view text, ReadPath& to)
            : m_rest(text)
            , m_to(to)
        { }

        void run()
        {
            while (!m_rest.empty() && m_to.problem.empty()) {
                if (m_to.path.size() == kMaxSteps)
                    m_to.problem = "The path has more than 64 steps.";
                else if (m_rest.front() == '[')
                    bracket();
                else if (m_rest.front() == '.')
                    member();
                else
                    m_to.problem = "Behind a name stands a dot or a bracket.";
            }
        }

    private:
        void member()
        {
            m_rest.remove_prefix(1);
            if (m_rest.starts_with('"'))
                return addQuoted();
            const std::string_view name = m_rest.substr(0, m_rest.find_first_of(".[\""));
            m_rest.remove_prefix(name.size());
            if (name.empty())
                m_to.problem = "A name is missing behind the dot.";
            else if (name == "*")
                m_to.path.push_back({PathStep::Kind::Any, {}, 0});
            else
                m_to.path.push_back({PathStep::Kind::Member, std::string(name), 0});
        }

        void bracket()
        {
            m_rest.remove_prefix(1);
            if (m_rest.starts_with('"')) {
                addQuoted();
            } else {
                const std::string_view inside = m_rest.substr(0, m_rest.find(']'));
                m_rest.remove_prefix(inside.size());
                std::int64_t index = 0;
                const auto [end, error]
                    = std::from_chars(inside.data(), inside.data() + inside.size(), index);
                if (inside == "*" || inside.empty())
                    m_to.path.push_back({PathStep::Kind::Any, {}, 0});
                else if (error == std::errc() && end == inside.data() + inside.size())
                    m_to.path.push_back({PathStep::Kind::Element, {}, index});
                else
                    m_to.problem = "In brackets stands a number, `*` or a name in quotes.";
            }
            if (!m_rest.starts_with(']') && m_to.problem.empty())
                m_to.problem = "A closing bracket `]` is missing.";
            else if (!m_rest.empty())
                m_rest.remove_prefix(1);
        }

        void addQuoted()
        {
            std::string name;
            std::size_t at = 1;
            for (; at < m_rest.size() && m_rest[at] != '"'; ++at) {
                if (m_rest[at] == '\\' && at + 1 < m_rest.size())
                    ++at;
                name += m_rest[at];
            }
            m_rest.remove_prefix(std::min(at + 1, m_rest.size()));
            m_to.path.push_back({PathStep::Kind::Member, std::move(name), 0});
        }

        std::string_view m_rest;
        ReadPath& m_to;
    };

    bool canHavePath(FieldType type)
    {
        return type == FieldType::Json || type == FieldType::Messages;
    }

    /// The values that a step leads to from one value.
    void follow(const json& value, const PathStep& step, std::vector<const json*>& to)
    {
        switch (step.kind) {
        case PathStep::Kind::Member:
            if (const auto found = value.find(step.name); value.is_object() && found != value.end())
                to.push_back(&*found);
            return;
        case PathStep::Kind::Element: {
            const auto size = value.is_array() ? static_cast<std::int64_t>(value.size()) : 0;
            const std::int64_t index = step.index < 0 ? step.index + size : step.index;
            if (index >= 0 && index < size)
                to.push_back(&value[static_cast<std::size_t>(index)]);
            return;
        }
        case PathStep::Kind::Any:
            if (value.is_structured()) {
                for (const json& element : value)
                    to.push_back(&element);
            }
            return;
        }
    }

} // namespace

ReadPath readPath(std::string_view word)
{
    ReadPath read;
    std::size_t end = word.size();
    while (true) {
        read.field = findField(word.substr(0, end));
        if (read.field != nullptr && (end == word.size() || canHavePath(read.field->type)))
            break;
        read.field = nullptr;
        const std::size_t cut
            = end == 0 ? std::string_view::npos : word.find_last_of(".[", end - 1);
        if (cut == std::string_view::npos)
            return read;
        end = cut;
    }
    read.pathText = word.substr(end);
    PathReader(read.pathText, read).run();
    return read;
}

bool visitPath(const json& value,
               std::span<const PathStep> path,
               const std::function<void(const json&)>& visit)
{
    std::vector<const json*> now {&value};
    // Texts that hold JSON are parsed here and outlive the visit.
    std::vector<std::unique_ptr<json>> parsed;
    for (const PathStep& step : path) {
        std::vector<const json*> next;
        for (const json* at : now) {
            if (at->is_string()) {
                auto inner = parseJson(at->get_ref<const std::string&>());
                if (!inner)
                    continue;
                parsed.push_back(std::make_unique<json>(std::move(*inner)));
                at = parsed.back().get();
            }
            follow(*at, step, next);
        }
        now = std::move(next);
    }
    for (const json* at : now)
        visit(*at);
    return !now.empty();
}

} // namespace tracestore
