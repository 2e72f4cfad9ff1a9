#include "engine/cli/junit_xml.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine::cli {
namespace {

    /// Control characters have no place in XML 1.0, however they are written.
    std::string escaped(const std::string& text)
    {
        std::string xml;
        for (const char c : tracestore::toValidUtf8(text)) {
            if (c == '&')
                xml += "&amp;";
            else if (c == '<')
                xml += "&lt;";
            else if (c == '>')
                xml += "&gt;";
            else if (c == '"')
                xml += "&quot;";
            else if (c == '\n')
                xml += "&#10;";
            else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
                xml += ' ';
            else
                xml += c;
        }
        return xml;
    }

    std::string caseXml(const JunitSuite& suite, const JunitSuite::Case& test)
    {
        const std::string head = "    <testcase classname=\"" + escaped(suite.name) + "\" name=\""
            + escaped(test.name) + "\" file=\"" + escaped(suite.file) + '"';
        if (test.failure.empty())
            return head + "/>\n";
        const std::string kind = test.isError ? "error" : "failure";
        return head + ">\n      <" + kind + " message=\"" + escaped(test.failure)
            + "\"/>\n    </testcase>\n";
    }

    std::string countsOf(const std::vector<JunitSuite::Case>& cases)
    {
        const auto count = [&](bool isError) {
            return std::ranges::count_if(cases, [isError](const JunitSuite::Case& test) {
                return !test.failure.empty() && test.isError == isError;
            });
        };
        return " tests=\"" + std::to_string(cases.size()) + "\" failures=\""
            + std::to_string(count(false)) + "\" errors=\"" + std::to_string(count(true)) + '"';
    }

} // namespace

std::string junitXml(const std::vector<JunitSuite>& suites)
{
    std::vector<JunitSuite::Case> all;
    for (const JunitSuite& suite : suites)
        all.insert(all.end(), suite.cases.begin(), suite.cases.end());
    std::string xml
        = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + countsOf(all) + ">\n";
    for (const JunitSuite& suite : suites) {
        xml += "  <testsuite name=\"" + escaped(suite.name) + '"' + countsOf(suite.cases) + ">\n";
        for (const JunitSuite::Case& test : suite.cases)
            xml += caseXml(suite, test);
        xml += "  </testsuite>\n";
    }
    return xml + "</testsuites>\n";
}

} // namespace engine::cli
