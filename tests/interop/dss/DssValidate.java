import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * DssValidate CA.pem[,CA.pem…] FILE.pdf…: what the EU's Digital Signature Service says of each file, one line a signature:
 * file, tab, indication, tab, sub-indication, tab, what DSS found changed in later revisions. Without revocation data, TOTAL_PASSED
 * is not to be had from its default policy; INDETERMINATE TRY_LATER (only revocation missing) is as good as it gets.
 */
public class DssValidate {
    public static void main(String[] arguments) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        for (String name : arguments[0].split(",")) {
            CertificateToken root = DSSUtils.loadCertificate(new File(name));
            trusted.addCertificate(root);
        }
        for (int i = 1; i < arguments.length; ++i) {
            try {
                CommonCertificateVerifier verifier = new CommonCertificateVerifier();
                verifier.setTrustedCertSources(trusted);
                SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(arguments[i]));
                validator.setCertificateVerifier(verifier);
                Reports reports = validator.validateDocument();
                SimpleReport report = reports.getSimpleReport();
                List<String> all = new ArrayList<>(report.getSignatureIdList());
                for (String id : all) {
                    Indication indication = report.getIndication(id);
                    List<String> notes = new ArrayList<>();
                    report.getAdESValidationErrors(id).forEach(message -> notes.add(message.getValue()));
                    report.getAdESValidationWarnings(id).forEach(message -> notes.add(message.getValue()));
                    System.out.println(arguments[i] + "\t" + indication + "\t" + report.getSubIndication(id) + "\t" + String.join(" | ", notes));
                }
                if (all.isEmpty()) System.out.println(arguments[i] + "\tNO_SIGNATURE\tnull\t");
            } catch (Exception problem) {
                System.out.println(arguments[i] + "\tREFUSED\t" + problem.getClass().getSimpleName() + "\t" + String.valueOf(problem.getMessage()).split("\n")[0]);
            }
        }
    }
}
