// A server of tools (MCP) whose tool `append` writes a line to the file that is its first argument,
// some time after it was asked and some time before it answers: there is time to be killed.
#include "engine/wire/jsonrpc.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

using namespace engine;
using nlohmann::json;

namespace {

void say(const std::string& text)
{
    std::cout << text << '\n' << std::flush;
}

void work()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
}

void append(const std::string& file, const std::string& line)
{
    work();
    std::ofstream(file, std::ios::app) << line << '\n' << std::flush;
    work();
}

json answerTo(const RpcMessage& message, const std::string& file)
{
    if (message.method == "initialize")
        return {{"protocolVersion", "2025-11-25"},
                {"capabilities", {{"tools", json::object()}}},
                {"serverInfo", {{"name", "append"}, {"version", "1"}}}};
    if (message.method == "tools/list")
        return {{"tools",
                 {{{"name", "append"},
                   {"description", "Writes a line."},
                   {"inputSchema", {{"type", "object"}}}}}}};
    append(file, message.params["arguments"].value("line", ""));
    return {{"content", {{{"type", "text"}, {"text", "written"}}}}};
}

} // namespace

int main(int argc, char** argv)
{
    for (std::string line; argc > 1 && std::getline(std::cin, line);) {
        const auto message = parseRpc(line);
        if (message && message->id && !message->isNotification())
            say(rpcResult(*message->id, answerTo(*message, argv[1])));
    }
    return 0;
}
