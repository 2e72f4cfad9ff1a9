#pragma once

#include "engine/config/config_problem.h"
#include "engine/config/key_needs.h"
#include "gui/agents/connection_row.h"

#include <QString>

#include <vector>

namespace gui {

/// What the agents page says of a text.
struct AgentReading
{
    std::vector<engine::ConfigProblem> problems;
    bool isRunnable = false; ///< no problem is an error
    bool isRead = false; ///< what stands below is known
    QString name;
    QString firstInput; ///< the example that the prompt begins with, to try the agent out
    QStringList tools; ///< a line each; servers, too, whose tools are not known before they run
    std::vector<engine::KeyNeed> keys;
    std::vector<ConnectionTarget> connections;
};

/// Reads and checks the text of a configuration in a folder.
AgentReading readAgent(const std::string& text, const QString& folder);

} // namespace gui
