#include "engine/run/step_form.h"

#include "engine/run/json_place.h"
#include "tracestore/base/json_io.h"

#include <array>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Message;
using tracestore::Result;

namespace {

    constexpr std::string_view kText = ".text";

    json parsedOr(const std::string& text)
    {
        auto value = tracestore::parseJson(text);
        return value ? std::move(*value) : json(text);
    }

    /// A text stands as it is, all else as JSON.
    std::string writtenText(const json& value)
    {
        return value.is_string() ? value.get<std::string>() : tracestore::toJsonText(value);
    }

    json formOfMessage(const Message& message)
    {
        return parsedOr(tracestore::toJson(message));
    }

    Result<Message> messageOfForm(const json& form, const std::string& what)
    {
        if (!form.is_object() || !form.contains("role") || !form.contains("parts")
            || !form["parts"].is_array())
            return fail(ErrorCode::Invalid,
                        what + " is no message: it has a role and a list of parts.");
        auto message = tracestore::messageFromJson(tracestore::toJsonText(form));
        if (message && message->role == tracestore::Role::Other && form["role"] != "other")
            return fail(ErrorCode::Invalid,
                        what + " has a role that is none: system, user, assistant or tool.");
        return message;
    }

    json formOfTools(const std::vector<ToolDefinition>& tools)
    {
        json list = json::array();
        for (const ToolDefinition& tool : tools)
            list.push_back({{"name", tool.name},
                            {"description", tool.description},
                            {"input_schema", parsedOr(tool.inputSchema)}});
        return list;
    }

    Result<std::vector<ToolDefinition>> toolsOfForm(const json& form)
    {
        std::vector<ToolDefinition> tools;
        if (!form.is_array())
            return fail(ErrorCode::Invalid, "tools is no list.");
        for (const json& tool : form) {
            if (!tool.is_object() || !tool.contains("name") || !tool["name"].is_string())
                return fail(ErrorCode::Invalid, "A tool in tools has no name.");
            tools.push_back({tool["name"].get<std::string>(),
                             writtenText(tool.value("description", json(""))),
                             tracestore::toJsonText(tool.value("input_schema", json::object()))});
        }
        return tools;
    }

    Result<std::string> textOf(const json& form, const char* name)
    {
        const auto found = form.find(name);
        if (found == form.end() || !found->is_string())
            return fail(ErrorCode::Invalid, std::string(name) + " is no text.");
        return found->get<std::string>();
    }

    struct FormMaker
    {
        json operator()(const ModelCall& call) const
        {
            json messages = json::array();
            for (const Message* message : call.request.messages.pointers())
                messages.push_back(formOfMessage(*message));
            return {{"provider", call.target.provider},
                    {"model", call.target.model.empty() ? call.request.model : call.target.model},
                    {"messages", std::move(messages)},
                    {"param",
                     call.request.parameters.empty() ? json::object()
                                                     : parsedOr(call.request.parameters)},
                    {"tools", formOfTools(call.request.tools)}};
        }

        json operator()(const ToolCall& call) const
        {
            return {{"tool", call.tool}, {"args", parsedOr(call.arguments)}};
        }

        json operator()(const UserQuestion& question) const
        {
            json form {{"question", question.question}, {"is_approval", question.isApproval}};
            if (!question.options.empty())
                form["options"] = question.options;
            if (!question.subject.empty())
                form["subject"] = parsedOr(question.subject);
            return form;
        }

        json operator()(const AgentTask& task) const
        {
            return {{"agent", task.agent}, {"task", task.task}};
        }

        json operator()(const TimerWait& wait) const
        {
            return {{"reason", wait.reason}, {"milliseconds", wait.duration.ns / 1'000'000}};
        }
    };

    struct RequestReader
    {
        const json& form;

        Result<EffectRequest> operator()(ModelCall call) const
        {
            auto provider = textOf(form, "provider");
            auto model = textOf(form, "model");
            if (!provider || !model)
                return fail(provider ? model.error() : provider.error());
            call.target = {*provider, *model};
            call.request.model = *model;
            auto tools = toolsOfForm(form.value("tools", json::array()));
            if (!tools)
                return fail(std::move(tools).error());
            call.request.tools = std::move(*tools);
            const json parameters = form.value("param", json::object());
            if (!parameters.is_object())
                return fail(ErrorCode::Invalid, "param is no object.");
            if (!parameters.empty() || !call.request.parameters.empty())
                call.request.parameters = tracestore::toJsonText(parameters);
            auto messages = messagesOf(call.request.messages);
            if (!messages)
                return fail(std::move(messages).error());
            call.request.messages = std::move(*messages);
            return EffectRequest(std::move(call));
        }

        Result<EffectRequest> operator()(ToolCall call) const
        {
            auto tool = textOf(form, "tool");
            if (!tool)
                return fail(std::move(tool).error());
            call.tool = std::move(*tool);
            const json arguments = form.value("args", json::object());
            if (arguments != parsedOr(call.arguments)) // else it stays as the model wrote it
                call.arguments = writtenText(arguments);
            return EffectRequest(std::move(call));
        }

        Result<EffectRequest> operator()(UserQuestion question) const
        {
            auto text = textOf(form, "question");
            if (!text)
                return fail(std::move(text).error());
            question.question = std::move(*text);
            return EffectRequest(std::move(question));
        }

        Result<EffectRequest> operator()(AgentTask task) const
        {
            auto agent = textOf(form, "agent");
            auto text = textOf(form, "task");
            if (!agent || !text)
                return fail(agent ? text.error() : agent.error());
            task.agent = std::move(*agent);
            task.task = std::move(*text);
            return EffectRequest(std::move(task));
        }

        Result<EffectRequest> operator()(const TimerWait&) const
        {
            return fail(ErrorCode::Invalid, "A wait cannot be changed.");
        }

        /// What is as it was in front is shared with what was.
        [[nodiscard]] Result<tracestore::MessageChain>
        messagesOf(const tracestore::MessageChain& before) const
        {
            const json list = form.value("messages", json::array());
            if (!list.is_array())
                return fail(ErrorCode::Invalid, "messages is no list.");
            const auto known = before.pointers();
            tracestore::MessageChain chain;
            for (std::size_t i = 0; i < list.size(); ++i) {
                const std::string name = "messages[" + std::to_string(i) + ']';
                auto message = messageOfForm(list[i], name);
                if (!message)
                    return fail(std::move(message).error());
                chain = chain.with(std::move(*message));
            }
            return known.size() == chain.size() && sameMessages(known, chain) ? before : chain;
        }

        static bool sameMessages(const std::vector<const Message*>& known,
                                 const tracestore::MessageChain& chain)
        {
            const auto now = chain.pointers();
            for (std::size_t i = 0; i < known.size(); ++i) {
                if (*known[i] != *now[i])
                    return false;
            }
            return true;
        }
    };

    /// Puts one text in the place of those of a message; calls and media stay.
    void setText(json& message, json text)
    {
        json parts = json::array();
        bool isThere = false;
        const json part {{"text", std::move(text)}, {"type", "text"}};
        for (const json& each : message.value("parts", json::array())) {
            const bool isText = each.is_object() && each.value("type", json()) == "text";
            if (!isText)
                parts.push_back(each);
            else if (!std::exchange(isThere, true))
                parts.push_back(part);
        }
        if (!isThere)
            parts.insert(parts.begin(), part);
        message["parts"] = std::move(parts);
    }

    json textOfMessage(const json& message)
    {
        auto read = tracestore::messageFromJson(tracestore::toJsonText(message));
        return read ? json(tracestore::plainText(*read)) : json();
    }

    /// `messages[0]` for `system`, where there is a system message.
    std::string placeOf(const json& form, const std::string& path)
    {
        if (path != "system" || !form.contains("messages"))
            return path;
        return "messages[0].text";
    }

    bool hasSystemMessage(const json& form)
    {
        const json* first = valueAt(form, "messages[0].role");
        return first != nullptr && *first == "system";
    }

    /// A member that nobody reads would be an edit that changes nothing.
    Result<void> refuseOthers(const json& form, const json& known)
    {
        for (const auto& [name, value] : form.items()) {
            if (known.contains(name))
                continue;
            std::string names;
            for (const auto& [each, of] : known.items())
                names += (names.empty() ? "" : ", ") + each;
            return fail(ErrorCode::Invalid,
                        "There is no `" + name + "` at this step. It has " + names + '.');
        }
        return {};
    }

    constexpr std::array<std::string_view, 4> kStatusWords {"ok", "error", "cancelled", "refused"};

    Result<OutcomeStatus> statusOf(const json& form)
    {
        const json word = form.value("status", json("ok"));
        for (std::size_t i = 0; i < kStatusWords.size(); ++i) {
            if (word == kStatusWords[i])
                return static_cast<OutcomeStatus>(i);
        }
        return fail(ErrorCode::Invalid, "status is ok, error, cancelled or refused.");
    }

} // namespace

json formOf(const EffectRequest& request)
{
    return std::visit(FormMaker {}, request);
}

Result<EffectRequest> requestOfForm(const json& form, const EffectRequest& like)
{
    if (!form.is_object())
        return fail(ErrorCode::Invalid, "A request is an object.");
    json known = formOf(like);
    if (std::holds_alternative<ModelCall>(like))
        known.update({{"param", nullptr}, {"tools", nullptr}});
    if (auto done = refuseOthers(form, known); !done)
        return fail(std::move(done).error());
    return std::visit(RequestReader {form}, like);
}

json formOf(const Outcome& outcome)
{
    json form {{"status", tracestore::toWord(outcome.status)}};
    if (outcome.response)
        form["message"] = formOfMessage(outcome.response->message);
    else
        form["result"] = parsedOr(outcome.text);
    if (outcome.error)
        form["error"] = {{"type", outcome.error->type}, {"message", outcome.error->message}};
    return form;
}

Result<Outcome> outcomeOfForm(const json& form, const Outcome& like)
{
    if (!form.is_object())
        return fail(ErrorCode::Invalid, "An outcome is an object.");
    const json known {
        {"status", nullptr}, {"result", nullptr}, {"message", nullptr}, {"error", nullptr}};
    if (auto done = refuseOthers(form, known); !done)
        return fail(std::move(done).error());
    Outcome outcome = like;
    const auto status = statusOf(form);
    if (!status)
        return fail(status.error());
    outcome.status = *status;
    if (form.contains("message")) {
        auto message = messageOfForm(form["message"], "message");
        if (!message)
            return fail(std::move(message).error());
        if (!outcome.response)
            outcome.response.emplace();
        outcome.response->message = std::move(*message);
    }
    const bool hasNewResult = form.contains("result") && form["result"] != parsedOr(like.text);
    if (hasNewResult)
        outcome.text = writtenText(form["result"]);
    // Who gives a call that failed a result, and leaves its error alone, means that it did not
    // fail.
    const bool isMended = hasNewResult && !like.isOk() && outcome.status == like.status
        && form.value("error", json()) == formOf(like).value("error", json());
    if (isMended)
        outcome.status = OutcomeStatus::Ok;
    outcome.error.reset();
    if (form.contains("error") && form["error"].is_object()) {
        outcome.error = like.error.value_or(tracestore::SpanError {});
        outcome.error->type = writtenText(form["error"].value("type", json("error")));
        outcome.error->message = writtenText(form["error"].value("message", json("")));
    } else if (outcome.status == OutcomeStatus::Error) {
        outcome.error = tracestore::SpanError {"error", "It failed.", {}};
    }
    if (outcome.isOk())
        outcome.error.reset();
    return outcome;
}

std::optional<json> valueOfForm(const json& form, const std::string& path)
{
    if (path == "system" && form.contains("messages") && !hasSystemMessage(form))
        return {};
    const std::string place = placeOf(form, path);
    if (const json* value = valueAt(form, place))
        return *value;
    if (!place.ends_with(kText))
        return {};
    const json* message = valueAt(form, place.substr(0, place.size() - kText.size()));
    return message != nullptr && message->contains("parts") ? std::optional(textOfMessage(*message))
                                                            : std::nullopt;
}

Result<void> setInForm(json& form, const std::string& path, json value)
{
    if (path == "system" && form.contains("messages") && !hasSystemMessage(form)) {
        const json message {{"role", "system"},
                            {"parts", {{{"type", "text"}, {"text", std::move(value)}}}}};
        form["messages"].insert(form["messages"].begin(), message);
        return {};
    }
    const std::string place = placeOf(form, path);
    if (place.ends_with(kText)) {
        const std::string of = place.substr(0, place.size() - kText.size());
        const json* message = valueAt(form, of);
        if (message != nullptr && message->is_object() && message->contains("parts")) {
            json changed = *message;
            setText(changed, std::move(value));
            return setValueAt(form, of, std::move(changed));
        }
    }
    return setValueAt(form, place, std::move(value));
}

Result<EffectRequest> editedRequest(const EffectRequest& request, const tracestore::EditMade& edit)
{
    constexpr std::string_view kRequest = "request";
    json form = formOf(request);
    json value = writtenValue(edit.after);
    if (edit.path == kRequest)
        return requestOfForm(value, request);
    const std::string path
        = edit.path.starts_with("request.") ? edit.path.substr(kRequest.size() + 1) : edit.path;
    if (auto set = setInForm(form, path, std::move(value)); !set)
        return fail(std::move(set).error());
    return requestOfForm(form, request);
}

} // namespace engine
