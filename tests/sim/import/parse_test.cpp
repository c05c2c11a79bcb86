// What is in a file of each format is what the topology has; what is wrong with one is one message with its place.
#include "tests/sim/import/fixtures.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::parsed;

void expect_five(SiteMap const& t) {
    EXPECT_EQ(t.title, "Five");
    ASSERT_EQ(t.sites.size(), 5u);
    EXPECT_EQ(t.sites[0].key, "7");
    EXPECT_EQ(t.sites[0].label, "A Coruña");
    EXPECT_EQ(t.sites[1].at, (std::array{43.01, -7.56}));
    EXPECT_FALSE(t.sites[4].at);
    EXPECT_EQ(t.sites[3].numbers.at("population"), 295);
    ASSERT_EQ(t.lines.size(), 7u);
    EXPECT_EQ(t.lines[2].a, 2u);
    EXPECT_EQ(t.lines[2].b, 0u);
    EXPECT_FALSE(t.lines[0].length_km);
    EXPECT_EQ(t.lines[4].length_km, 90.25);
    EXPECT_FALSE(t.directed);
}

TEST(ParseTopology, Gml) { expect_five(parsed(test::kGml)); }
TEST(ParseTopology, GraphMl) { expect_five(parsed(test::kGraphMl)); }

TEST(ParseTopology, Sndlib) {
    auto const t = parsed(test::kSndlib);
    ASSERT_EQ(t.sites.size(), 4u);
    EXPECT_EQ(t.sites[0].at, (std::array{43.37, -8.40})); // y is the latitude
    ASSERT_EQ(t.lines.size(), 4u);
    EXPECT_EQ(t.lines[3].b, 3u);
    ASSERT_EQ(t.wishes.size(), 3u);
    EXPECT_EQ(t.wishes[0].value, 30);
    EXPECT_EQ(t.wishes[1].from, 1u);
}

TEST(ParseTopology, SndlibOfADrawingHasNoPlaces) {
    auto text = test::kSndlib;
    text.replace(text.find("geographical"), 12, "pixel");
    EXPECT_FALSE(parsed(text).sites[0].at);
}

TEST(ParseTopology, CsvAndItsPlaces) {
    auto t = parsed(test::kCsv);
    ASSERT_EQ(t.sites.size(), 4u);
    ASSERT_EQ(t.lines.size(), 4u);
    EXPECT_EQ(t.lines[2].b, 0u); // the line ends in \r\n
    EXPECT_FALSE(t.lines[2].length_km);
    EXPECT_EQ(t.lines[3].length_km, 101.5);
    std::vector<Diagnostic> problems;
    ASSERT_TRUE(add_coordinates(t, test::kPlaces, "places", problems));
    EXPECT_EQ(t.sites[0].at, (std::array{43.37, -8.40}));
    EXPECT_EQ(t.sites[3].numbers.at("population"), 295);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].severity, Severity::warning);
    EXPECT_EQ(problems[0].line, 6u);
    EXPECT_NE(problems[0].what.find("Atlantis"), std::string::npos);
}

TEST(ParseTopology, ALengthMayHaveAnotherName) {
    auto const result = parse_topology("from\tto\tfibre\na\tb\t12\n", "f", TopologyFormat::automatic, "fibre");
    ASSERT_TRUE(result.topology);
    EXPECT_EQ(result.topology->lines[0].length_km, 12);
}

TEST(ParseTopology, PlacesUnderOtherNames) {
    auto text = test::kGml;
    for (std::size_t at; (at = text.find("Latitude")) != text.npos;)
        text.replace(at, 8, "lat");
    for (std::size_t at; (at = text.find("Longitude")) != text.npos;)
        text.replace(at, 9, "lon");
    expect_five(parsed(text));
}

TEST(ParseTopology, DirectedIsSaid) {
    auto gml = test::kGml;
    gml.replace(gml.find("directed 0"), 10, "directed 1");
    EXPECT_TRUE(parsed(gml).directed);
    auto xml = test::kGraphMl;
    xml.replace(xml.find("undirected"), 10, "directed");
    EXPECT_TRUE(parsed(xml).directed);
}

struct Bad {
    char const* name;
    std::string text;
    TopologyFormat format;
    std::size_t line, column; ///< of the message
    char const* what;         ///< a part of it
};
void PrintTo(Bad const& bad, std::ostream* out) { *out << bad.name; }

class BadTopology : public testing::TestWithParam<Bad> {};

TEST_P(BadTopology, OneMessageWithItsPlace) {
    auto const& bad = GetParam();
    auto const result = parse_topology(bad.text, "f", bad.format);
    EXPECT_FALSE(result.topology);
    ASSERT_EQ(result.diagnostics.size(), 1u);
    auto const& d = result.diagnostics[0];
    EXPECT_EQ(d.line, bad.line) << format_diagnostic(d);
    EXPECT_EQ(d.column, bad.column) << format_diagnostic(d);
    EXPECT_NE(d.what.find(bad.what), std::string::npos) << format_diagnostic(d);
    EXPECT_FALSE(d.because.empty());
}

std::string lists(std::size_t depth) {
    std::string text = "graph ";
    for (std::size_t i = 0; i < depth; ++i)
        text += "[ a ";
    return text;
}

using F = TopologyFormat;
INSTANTIATE_TEST_SUITE_P(
    All, BadTopology,
    testing::Values(
        Bad{"Empty", "", F::automatic, 1, 1, "no format"},
        Bad{"Prose", "Once upon a time\n", F::automatic, 1, 1, "no format"},
        Bad{"OtherXml", "<svg></svg>", F::automatic, 1, 1, "no format"},
        Bad{"GmlCutShort", "graph [\n node [ id 1\n", F::gml, 2, 7, "without its end"},
        Bad{"GmlTextCutShort", "graph [ label \"abc\n", F::gml, 1, 15, "without its end"},
        Bad{"GmlKeyWithoutValue", "graph [ node ]", F::gml, 1, 9, "node without a value"},
        Bad{"GmlBareWord", "graph [ label abc ]", F::gml, 1, 15, "\"abc\" is no value"},
        Bad{"GmlNotFinite", "graph [ Latitude nan ]", F::gml, 1, 18, "\"nan\" is no value"},
        Bad{"GmlTooDeep", lists(100), F::gml, 1, 7 + 4 * 64, "too deep"},
        Bad{"GmlNoGraph", "node [ id 1 ]", F::gml, 1, 1, "no graph"},
        Bad{"GmlTooManyEnds", "graph [ ] ]", F::gml, 1, 11, "without its ["},
        Bad{"GmlNoId", "graph [\n node [ label \"a\" ] ]", F::gml, 2, 2, "without an id"},
        Bad{"GmlIdTwice", "graph [\n node [ id 1 ]\n node [ id 1 ] ]", F::gml, 3, 2, "second site \"1\""},
        Bad{"GmlUnknownEnd", "graph [ node [ id 1 ]\n edge [ source 1 target 2 ] ]", F::gml, 2, 18, "site \"2\""},
        Bad{"GmlNoTarget", "graph [ node [ id 1 ]\n edge [ source 1 ] ]", F::gml, 2, 2, "without a target"},
        Bad{"GmlHalfAPlace", "graph [ node [ id 1 Latitude 3 ] ]", F::gml, 1, 9, "without a longitude"},
        Bad{"GmlOffTheEarth", "graph [ node [ id 1 Latitude 91 Longitude 0 ] ]", F::gml, 1, 9, "no latitude"},
        Bad{"GmlNegativeLength", "graph [ node [ id 1 ] edge [ source 1 target 1 length_km -1 ] ]", F::gml, 1, 23,
            "length of -1 km"},
        Bad{"GmlNothing", "graph [ ]", F::gml, 1, 1, "without sites"},
        Bad{"XmlCutShort", "<graphml>\n<graph>\n<node", F::graphml, 3, 5, "well-formed"},
        Bad{"XmlNoGraph", "<graphml></graphml>", F::graphml, 1, 1, "no graph"},
        Bad{"XmlNested", "<graphml><graph>\n<node id='1'><graph/></node></graph></graphml>", F::graphml, 2, 1,
            "inside"},
        Bad{"XmlHyperedge", "<graphml><graph>\n<hyperedge/></graph></graphml>", F::graphml, 2, 1, "hyperedge"},
        Bad{"XmlUnknownEnd", "<graphml><graph>\n <edge source='a' target='b'/></graph></graphml>", F::graphml, 2, 2,
            "site \"a\""},
        Bad{"SndlibNoNodes", "<network></network>", F::sndlib, 1, 1, "no nodes"},
        Bad{"SndlibNoValue",
            "<network><networkStructure><nodes><node id='a'/><node "
            "id='b'/></nodes></networkStructure>\n<demands><demand>"
            "<source>a</source><target>b</target></demand></demands></network>",
            F::sndlib, 2, 10, "without a value"},
        Bad{"CsvNoColumns", "a,b\n1,2\n", F::csv, 1, 1, "no columns from and to"},
        Bad{"CsvShortRow", "from,to,length_km\na,b\n", F::csv, 2, 1, "2 fields under 3"},
        Bad{"CsvOpenQuote", "from,to\na,\"b\n", F::csv, 2, 3, "without its end"},
        Bad{"CsvAfterQuote", "from,to\n\"a\"b,c\n", F::csv, 2, 4, "after the closing quote"},
        Bad{"CsvNoName", "from,to\na,\n", F::csv, 2, 3, "without a name"},
        Bad{"CsvDecimalComma", "from;to;length_km\na;b;1,5\n", F::csv, 2, 5, "\"1,5\" is no length"}),
    [](auto const& each) { return std::string{each.param.name}; });

TEST(ParseTopology, AFileThatIsNotThereIsUnreadable) {
    auto const result = read_topology("/nonexistent/topology.gml", TopologyFormat::automatic);
    EXPECT_TRUE(result.unreadable);
    EXPECT_EQ(result.diagnostics.size(), 1u);
}

} // namespace
} // namespace qkdes
