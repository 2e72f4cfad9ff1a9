#include "engine/breakpoint/action_json.h"

#include "engine/breakpoint/json_entry.h"

namespace engine {

using nlohmann::json;
using tracestore::Result;

namespace {

    struct ActionWriter
    {
        json operator()(const PauseAction& action) const
        {
            json value {{"do", "pause"}};
            if (action.holdsStepOnly)
                value["step_only"] = true;
            return value;
        }

        json operator()(const LogAction& action) const
        {
            return {{"do", "log"}, {"text", action.text}};
        }

        json operator()(const EditAction& action) const
        {
            return {{"do", "edit"}, {"path", action.path}, {"value", action.value}};
        }

        json operator()(const AnswerAction& action) const
        {
            json value {{"do", "answer"},
                        {"status", tracestore::toWord(action.status)},
                        {"text", action.text}};
            if (!action.errorType.empty())
                value["error_type"] = action.errorType;
            return value;
        }

        json operator()(const SnapshotAction& action) const
        {
            return {{"do", "snapshot"}, {"name", action.name}};
        }

        json operator()(const ForkAction& action) const
        {
            return {{"do", "fork"}, {"name", action.name}};
        }

        json operator()(const NotifyAction& action) const
        {
            const bool isSound = action.kind == NotifyAction::Kind::Sound;
            return {{"do", "notify"}, {"by", isSound ? "sound" : "flash"}};
        }
    };

    void readInto(JsonEntry& entry, PauseAction& to)
    {
        entry.read("step_only", to.holdsStepOnly);
    }

    void readInto(JsonEntry& entry, LogAction& to)
    {
        entry.read("text", to.text);
    }

    void readInto(JsonEntry& entry, EditAction& to)
    {
        entry.read("path", to.path);
        entry.read("value", to.value);
    }

    void readInto(JsonEntry& entry, AnswerAction& to)
    {
        std::string status = "ok";
        entry.read("status", status);
        if (status == tracestore::toWord(tracestore::OutcomeStatus::Error))
            to.status = tracestore::OutcomeStatus::Error;
        else if (status != tracestore::toWord(tracestore::OutcomeStatus::Ok))
            entry.refuse("status", "ok or error");
        entry.read("text", to.text);
        entry.read("error_type", to.errorType);
    }

    void readInto(JsonEntry& entry, SnapshotAction& to)
    {
        entry.read("name", to.name);
    }

    void readInto(JsonEntry& entry, ForkAction& to)
    {
        entry.read("name", to.name);
    }

    void readInto(JsonEntry& entry, NotifyAction& to)
    {
        std::string by = "flash";
        entry.read("by", by);
        if (by == "sound")
            to.kind = NotifyAction::Kind::Sound;
        else if (by != "flash")
            entry.refuse("by", "flash or sound");
    }

    template<class Action>
    Result<BreakpointAction> read(JsonEntry& entry)
    {
        Action action;
        readInto(entry, action);
        if (auto done = entry.finished(); !done)
            return tracestore::fail(done.error());
        return BreakpointAction {std::move(action)};
    }

} // namespace

json toJson(const BreakpointAction& action)
{
    return std::visit(ActionWriter {}, action);
}

Result<BreakpointAction> actionFromJson(const json& value)
{
    JsonEntry entry(value);
    std::string word;
    entry.read("do", word);
    if (word == "pause")
        return read<PauseAction>(entry);
    if (word == "log")
        return read<LogAction>(entry);
    if (word == "edit")
        return read<EditAction>(entry);
    if (word == "answer")
        return read<AnswerAction>(entry);
    if (word == "snapshot")
        return read<SnapshotAction>(entry);
    if (word == "fork")
        return read<ForkAction>(entry);
    if (word == "notify")
        return read<NotifyAction>(entry);
    entry.refuse("do", "pause, log, edit, answer, snapshot, fork or notify");
    return tracestore::fail(entry.finished().error());
}

} // namespace engine
