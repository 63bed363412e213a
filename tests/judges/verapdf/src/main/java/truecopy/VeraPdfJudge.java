package truecopy;

import java.io.File;
import java.io.FileInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** For each file a line: PASS or FAIL, a tab, the file, a tab, the clauses that failed. Exit status 1 if one failed. */
public final class VeraPdfJudge {
  public static void main(String[] files) {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    boolean allPass = true;
    for (String file : files) {
      String verdict = judge(file);
      allPass &= verdict.isEmpty();
      System.out.println((verdict.isEmpty() ? "PASS" : "FAIL") + "\t" + file + "\t" + verdict);
    }
    System.exit(allPass ? 0 : 1);
  }

  private static String judge(String file) {
    try (FileInputStream stream = new FileInputStream(new File(file));
        PDFAParser parser = Foundries.defaultInstance().createParser(stream, PDFAFlavour.PDFA_3_B);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_3_B, false)) {
      ValidationResult result = validator.validate(parser);
      if (result.isCompliant()) {
        return "";
      }
      Map<String, String> clauses = new LinkedHashMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        clauses.putIfAbsent(clause, assertion.getMessage());
      }
      return clauses.isEmpty() ? "not compliant" : clauses.toString().replace('\n', ' ').replace('\t', ' ');
    } catch (Exception | LinkageError e) {
      return String.valueOf(e).replace('\n', ' ').replace('\t', ' ');
    }
  }
}
