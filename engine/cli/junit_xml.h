#pragma once

#include <string>
#include <vector>

namespace engine::cli {

/// A test and what it wants, for JUnit's XML.
struct JunitSuite
{
    struct Case
    {
        std::string name;
        std::string failure; ///< empty: it passed
        bool isError = false; ///< it could not be run at all
    };

    std::string name;
    std::string file;
    std::vector<Case> cases;
};

/// The XML that CI systems read: a suite for each test file, a case for each thing that it wants.
std::string junitXml(const std::vector<JunitSuite>& suites);

} // namespace engine::cli
