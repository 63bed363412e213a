"""What invented decisions and letters are about: (kind of office, verb phrase, articles)."""

SUBJECTS = [
    "Về việc phê duyệt kế hoạch duy tu, bảo dưỡng hệ thống thoát nước trên địa bàn {low} năm {year}",
    "Về việc công nhận kết quả bình chọn tổ dân phố văn hóa tiêu biểu năm {year}",
    "Về việc thành lập Tổ công tác rà soát hồ sơ hộ tịch giai đoạn {year} - {later}",
    "Ban hành Quy chế tiếp công dân và xử lý đơn thư tại Bộ phận Một cửa",
    "Về việc điều động và bổ nhiệm công chức giữ chức vụ Trưởng phòng Hành chính - Tổng hợp",
    "Về việc phân bổ kinh phí hỗ trợ sửa chữa nhà văn hóa thôn từ nguồn dự phòng ngân sách năm {year}",
    "Phê duyệt danh mục tài liệu lưu trữ cần số hóa đợt {n} năm {year}",
    "Về việc cho phép chuyển mục đích sử dụng thửa đất số {n} tờ bản đồ số {m} tại {low}",
    "Về việc khen thưởng các tập thể và cá nhân có thành tích trong phong trào trồng cây mùa xuân",
    "Ban hành Kế hoạch phòng, chống thiên tai và tìm kiếm cứu nạn năm {year}",
    "Về việc kiện toàn Ban Chỉ đạo chuyển đổi số và cải cách thủ tục hành chính",
    "Về việc hủy bỏ giấy phép khai thác cát tại bến {a} thuộc {low}",
    "Phê duyệt kết quả lựa chọn nhà thầu gói thầu số {n}: Mua sắm máy quét tài liệu và thiết bị lưu trữ",
    "Về việc xếp hạng di tích đình {a} là di tích cấp tỉnh",
    "Về việc tạm đình chỉ hoạt động chợ {a} để khắc phục vi phạm về phòng cháy, chữa cháy",
]
BASES = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày {d} tháng {m} năm {y};",
    "Căn cứ Luật Ban hành văn bản quy phạm pháp luật ngày {d} tháng {m} năm {y};",
    "Căn cứ Nghị định số {n}/{y}/NĐ-CP ngày {d} tháng {m} năm {y} của Chính phủ quy định chi tiết thi hành một số điều "
    "của Luật Lưu trữ;",
    "Căn cứ Thông tư số {n}/{y}/TT-BNV ngày {d} tháng {m} năm {y} của Bộ trưởng Bộ Nội vụ hướng dẫn nghiệp vụ quản lý "
    "văn bản;",
    "Căn cứ Quyết định số {n}/QĐ-UBND ngày {d} tháng {m} năm {y} của Ủy ban nhân dân tỉnh quy định chức năng, nhiệm vụ "
    "và quyền hạn;",
    "Căn cứ Nghị quyết số {n}/NQ-HĐND ngày {d} tháng {m} năm {y} của Hội đồng nhân dân;",
]
ARTICLES = [
    "Giao Văn phòng chủ trì, phối hợp với các đơn vị liên quan tổ chức thực hiện theo đúng quy định; định kỳ hằng quý "
    "báo cáo kết quả về Ủy ban nhân dân trước ngày {d} tháng cuối quý.",
    "Kinh phí thực hiện được bảo đảm từ nguồn ngân sách nhà nước đã giao trong dự toán năm {y} và các nguồn huy động "
    "hợp pháp khác, tổng mức không quá {n}.000.000 đồng.",
    "Các cơ quan, tổ chức, cá nhân có liên quan có trách nhiệm rà soát, cập nhật hồ sơ vào cơ sở dữ liệu dùng chung, "
    "không yêu cầu người dân cung cấp lại giấy tờ đã được số hóa.",
    "Thời gian thực hiện từ ngày {d} tháng {m} năm {y}; trường hợp có vướng mắc, các đơn vị kịp thời phản ánh để xem "
    "xét, điều chỉnh cho phù hợp.",
    "Quyết định này thay thế Quyết định số {n}/QĐ-UBND ngày {d} tháng {m} năm {y} và các quy định trước đây trái với "
    "Quyết định này.",
    "Thành viên Tổ công tác làm việc theo chế độ kiêm nhiệm; được sử dụng con dấu của cơ quan khi thực hiện nhiệm vụ "
    "được phân công và tự giải thể khi hoàn thành công việc.",
]
ITEMS = [
    "Tổ chức rà soát, thống kê số lượng hồ sơ giấy đang lưu trữ tại các đơn vị trực thuộc;",
    "Xây dựng phương án số hóa, bảo đảm an toàn thông tin và dữ liệu cá nhân;",
    "Đôn đốc, kiểm tra tiến độ, tổng hợp khó khăn, vướng mắc trong quá trình triển khai;",
    "Đề xuất khen thưởng tập thể, cá nhân hoàn thành tốt nhiệm vụ được giao;",
    "Công khai kết quả trên trang thông tin điện tử và niêm yết tại trụ sở;",
]
RECEIVERS = ["Như Điều {n};", "Thường trực Đảng ủy;", "Thường trực Hội đồng nhân dân;", "Chủ tịch, các Phó Chủ tịch;",
             "Sở Nội vụ (để báo cáo);", "Phòng Văn hóa - Xã hội;", "Phòng Kinh tế;", "Đài Truyền thanh;",
             "Các đoàn thể;"]
