#include "engine/cli/agreement.h"

#include <iostream>
#include <unistd.h>

namespace engine::cli {

Agreement askToAgree(const std::string& question, Output& err)
{
    if (isatty(STDIN_FILENO) == 0)
        return Agreement::NobodyThere;
    err.write(question + " [y/N] ");
    err.flush();
    std::string answer;
    std::getline(std::cin, answer);
    const bool isYes = answer == "y" || answer == "Y" || answer == "yes";
    return isYes ? Agreement::Given : Agreement::Refused;
}

} // namespace engine::cli
