// Names that are markup stay names; the data in the page is the document.
#include "sim/look/report/borders.hpp"
#include "sim/look/report/page.hpp"
#include "sim/look/whole_file.hpp"
#include "tests/sim/record/fixture.hpp"
#include "tests/support/property.hpp"

#include <nlohmann/json.hpp>

namespace qkdes::look {
namespace {

using Json = nlohmann::ordered_json;

PageParts const kParts{"<title><!--title--></title><style>/*style*/</style><script id=data>/*data*/</script>"
                       "<script>/*script*/</script>",
                       "s{}", "run()", ""};

std::string data_of(std::string const& page) {
    std::size_t const from = page.find("<script id=data>") + 16;
    return page.substr(from, page.find("</script>", from) - from);
}

TEST(Page, ScriptsInNamesAreNames) {
    Json document{{"title", "</title><script>alert(1)</script>"},
                  {"name", "</script><!--<script>alert(\"x\")"},
                  {"mark", "/*script*/ /*data*/ <!--title-->"}};
    auto const text = page(kParts, document);
    EXPECT_EQ(text.find("<script>alert"), std::string::npos);
    EXPECT_NE(text.find("<title>&lt;/title&gt;&lt;script&gt;"), std::string::npos);
    EXPECT_EQ(Json::parse(data_of(text)), document);
    EXPECT_NE(text.find("<style>s{}</style>"), std::string::npos);
    EXPECT_TRUE(text.ends_with("<script>run()</script>"));
}

TEST(Page, BytesThatAreNoTextAreReplaced) {
    auto const text = page(kParts, Json{{"title", "x"}, {"name", "\xff\xfe"}});
    EXPECT_TRUE(Json::parse(data_of(text), nullptr, false).is_object());
}

RC_GTEST_PROP(Page, AnyTextComesBack, ()) {
    std::vector<std::string> const pieces{"</script>", "<!--", "-->", "\"", "\\", "<", ">", "&", "/*data*/", "a", "\n"};
    std::string name;
    for (auto const i : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, pieces.size())))
        name += pieces[i];
    Json const document{{"title", name}, {name, {name}}};
    auto const data = data_of(page(kParts, document));
    RC_ASSERT(data.find('<') == std::string::npos);
    RC_ASSERT(Json::parse(data) == document);
}

TEST(Borders, OnlyWhatIsNear) {
    Json document{{"layout", {{"kind", "geographic"}, {"x", {0.0, 1.0}}, {"y", {0.0, 1.0}}}}};
    // One line by the network, one that crosses its box without a point inside, one far away.
    add_borders(document, "[[10,10,20,20,9000,8000,9100,8000],[-500,50,500,50],[8000,8000,8100,8100]]");
    EXPECT_EQ(document["borders"].dump(), "[[0.1,0.1,0.2,0.2,90,80],[-5,0.5,5,0.5]]");
    Json drawn{{"layout", {{"kind", "drawn"}, {"x", {0.0}}, {"y", {0.0}}}}};
    add_borders(drawn, "[[0,0,1,1]]");
    EXPECT_FALSE(drawn.contains("borders"));
    Json without = document;
    without.erase("borders");
    add_borders(without, "");
    EXPECT_FALSE(without.contains("borders"));
}

class WholeFile : public test::RecordTest {};

TEST_F(WholeFile, ReplacesAtOnceOrNotAtAll) {
    ASSERT_FALSE(write_whole_file(folder / "a.html", "one"));
    ASSERT_FALSE(write_whole_file(folder / "a.html", "two"));
    EXPECT_EQ(test::read_bytes(folder / "a.html"), "two");
    fs::create_symlink("a.html", folder / "link.html");
    ASSERT_FALSE(write_whole_file(folder / "link.html", "three"));
    EXPECT_EQ(test::read_bytes(folder / "a.html"), "three");
    EXPECT_TRUE(fs::is_symlink(folder / "link.html"));
    EXPECT_EQ(test::listing(folder).find(".a.html"), std::string::npos) << "nothing is left beside it";
    EXPECT_TRUE(write_whole_file(folder / "none" / "a.html", "x").has_value());
    EXPECT_TRUE(write_whole_file(folder, "x").has_value());
}

} // namespace
} // namespace qkdes::look
